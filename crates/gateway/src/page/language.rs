//! The two languages of the pages, and how a text is said in both.

use http::{HeaderMap, header};

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Thai,
    English,
}

/// What a page says, in each language. A text that lacks one does not compile.
///
/// What has a value in it is a function over [`Language`] that matches on it: the compiler asks for both again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    pub(crate) en: &'static str,
    pub(crate) th: &'static str,
}

impl Text {
    /// The text in `language`.
    pub(crate) const fn to(self, language: Language) -> &'static str {
        match language {
            Language::Thai => self.th,
            Language::English => self.en,
        }
    }
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::Thai, Self::English];

    /// As in `lang="th"`, `?lang=th` and the cookie.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Thai => "th",
            Self::English => "en",
        }
    }

    /// What it calls itself.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Thai => "ไทย",
            Self::English => "English",
        }
    }

    /// Reads a tag such as `th`, `TH` or `th-TH`.
    pub(crate) fn read(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }

    /// What the browser likes best of ours; English when it does not say.
    pub(super) fn accepted(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let mut best = (Self::English, 0);
        for range in accepted.unwrap_or_default().split(',').take(32) {
            let mut words = range.split(';');
            let language = words.next().and_then(Self::read);
            let quality = words.find_map(|word| word.trim().strip_prefix("q=")).map_or(1_000, thousandths);
            if let Some(language) = language.filter(|_| quality > best.1) {
                best = (language, quality);
            }
        }
        best.0
    }
}

/// A quality value such as `0.8`, in thousandths; nothing when it cannot be read.
fn thousandths(quality: &str) -> u16 {
    let (whole, fraction) = quality.trim().split_once('.').unwrap_or((quality.trim(), ""));
    match whole {
        "1" => 1_000,
        "0" => format!("{fraction:0<3}").get(..3).and_then(|digits| digits.parse().ok()).unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_language_it_likes_best() {
        for (accepted, language) in [
            ("th", Language::Thai),
            ("TH-th", Language::Thai),
            ("en-GB,en;q=0.9,th;q=0.8", Language::English),
            ("de, en;q=0.4, th;q=0.5", Language::Thai),
            ("en;q=0, th;q=0.001", Language::Thai),
            ("th;q=0", Language::English),
            ("thai", Language::English),
            ("", Language::English),
            ("th;q=x, *", Language::English),
            ("fr", Language::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
            assert_eq!(Language::accepted(&headers), language, "{accepted}");
        }
        assert_eq!(Language::accepted(&HeaderMap::new()), Language::English);
    }
}
