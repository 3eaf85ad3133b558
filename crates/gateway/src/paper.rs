//! Papers that people keep, as PDF files: receipts and pay-in slips.
//!
//! The same paper makes the same bytes. Text is shown in Helvetica, which every reader of PDF has and which knows Latin
//! letters only; what it cannot show is a question mark. Nobody should take a paper of the sandbox for a real one, so
//! each says what it is.

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

/// A page with a title and lines.
pub(crate) struct Paper {
    /// What it is.
    pub(crate) title: String,
    /// Names and values, from top to bottom. What does not fit on a page goes on to the next.
    pub(crate) lines: Vec<(String, String)>,
}

/// A4, in points.
const PAGE: Rect = Rect { x1: 0.0, y1: 0.0, x2: 595.0, y2: 842.0 };
const MARGIN: f32 = 56.0;
const TOP: f32 = 780.0;
/// From one line to the next.
const STEP: f32 = 18.0;
/// How many lines fit below the title.
const LINES: usize = 38;
const FONT: Name<'_> = Name(b"F1");
const BOLD: Name<'_> = Name(b"F2");
const DISCLAIMER: &str = "Made by the Satang sandbox. It proves nothing, and no duty has been paid by it.";

impl Paper {
    /// The file.
    pub(crate) fn pdf(&self) -> Vec<u8> {
        let mut pdf = Pdf::new();
        let mut references = (1..).map(Ref::new);
        let mut next = || references.next().unwrap_or(Ref::new(i32::MAX));
        let [catalog, pages, info, font, bold] = [next(), next(), next(), next(), next()];
        let sheets = self.lines.chunks(LINES).collect::<Vec<_>>();
        let sheets: Vec<_> = if sheets.is_empty() { vec![[].as_slice()] } else { sheets };
        let sheets: Vec<_> = sheets.into_iter().map(|lines| (lines, next(), next())).collect();

        pdf.catalog(catalog).pages(pages).lang(TextStr("en"));
        pdf.document_info(info).title(TextStr(&self.title)).producer(TextStr("Satang"));
        let count = i32::try_from(sheets.len()).unwrap_or(i32::MAX);
        pdf.pages(pages).kids(sheets.iter().map(|(_, page, _)| *page)).count(count);
        for (lines, page, content) in &sheets {
            let mut writer = pdf.page(*page);
            writer.media_box(PAGE).parent(pages).contents(*content);
            writer.resources().fonts().pair(FONT, font).pair(BOLD, bold);
            writer.finish();
            pdf.stream(*content, &self.sheet(lines));
        }
        let encoding = Name(b"WinAnsiEncoding");
        pdf.type1_font(font).base_font(Name(b"Helvetica")).encoding_predefined(encoding);
        pdf.type1_font(bold).base_font(Name(b"Helvetica-Bold")).encoding_predefined(encoding);
        pdf.finish()
    }

    fn sheet(&self, lines: &[(String, String)]) -> Vec<u8> {
        let mut content = Content::new();
        show(&mut content, BOLD, 16.0, MARGIN, TOP, &self.title);
        let mut height = TOP - 2.0 * STEP;
        for (name, value) in lines {
            show(&mut content, FONT, 10.0, MARGIN, height, name);
            show(&mut content, BOLD, 10.0, MARGIN + 180.0, height, value);
            height -= STEP;
        }
        show(&mut content, FONT, 8.0, MARGIN, MARGIN, DISCLAIMER);
        content.finish().into_vec()
    }
}

fn show(content: &mut Content, font: Name<'_>, size: f32, x: f32, y: f32, text: &str) {
    content.begin_text().set_font(font, size).next_line(x, y).show(Str(&latin(text))).end_text();
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| if c == ' ' || c.is_ascii_graphic() { c as u8 } else { b'?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(lines: usize) -> Vec<u8> {
        let line = |number| (format!("Line ({number})"), "1,234.50 ฿ \\".to_owned());
        Paper { title: "Receipt".to_owned(), lines: (0..lines).map(line).collect() }.pdf()
    }

    fn text(of: &[u8]) -> String {
        String::from_utf8_lossy(of).into_owned()
    }

    #[test]
    fn a_paper_is_a_pdf_file_with_its_lines_and_says_whose_it_is() {
        let file = text(&paper(2));
        assert!(file.starts_with("%PDF-1.") && file.trim_end().ends_with("%%EOF"));
        for expected in ["(Receipt) Tj", "(Line (1)) Tj", r"(1,234.50 ? \\) Tj", "Satang sandbox"] {
            assert!(file.contains(expected), "{expected}: {file}");
        }
        assert_eq!(paper(2), paper(2));
    }

    #[test]
    fn what_does_not_fit_on_a_page_goes_on_to_the_next() {
        for (lines, pages) in [(0, 1), (1, 1), (LINES, 1), (LINES + 1, 2), (10 * LINES, 10)] {
            assert!(text(&paper(lines)).contains(&format!("/Count {pages}")), "{lines} lines");
        }
    }
}
