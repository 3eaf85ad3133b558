//! How strictly to read, and what was forgiven.

use core::fmt;

/// How strictly a payload is read. In every mode a payload with a wrong checksum, a repeated tag, a length that does
/// not fit, or anything behind its checksum is refused, but for what a mode says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// The format as it is defined.
    #[default]
    Strict,
    /// Forgives what does no harm, and reports it: white space around, the order of a slip's tags, unknown tags, another country than
    /// TH, lengths that count characters, an amount without a currency.
    Tolerant,
    /// Strict, but forgives what bank apps and scanners do, and reports it: a checksum without its leading zeros, which must then
    /// match, and white space around.
    Repair,
    /// Tolerant, and takes **any** four hexadecimal digits for the checksum. For looking at what is damaged: nothing that
    /// is read so is fit for a decision.
    IgnoreCrc,
}

impl Mode {
    pub(crate) const fn trims(self) -> bool {
        !matches!(self, Self::Strict)
    }

    pub(crate) const fn tolerates(self) -> bool {
        matches!(self, Self::Tolerant | Self::IgnoreCrc)
    }
}

/// What was read, and what was forgiven on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading<T> {
    /// What was read.
    pub value: T,
    /// What was forgiven; nothing in [`Mode::Strict`].
    pub remarks: Remarks,
}

/// Something that a mode forgave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Remark {
    /// White space stood around the payload.
    Trimmed,
    /// The tags were not in their order.
    Order,
    /// There were tags that do not belong to the format.
    UnknownTags,
    /// The country was not TH.
    Country,
    /// There was an amount without a currency; it is taken for baht.
    Currency,
    /// Lengths counted characters instead of bytes.
    Characters,
    /// The checksum lacked leading zeros, and with them it matched.
    CrcRepaired,
    /// The checksum was wrong.
    CrcIgnored,
}

impl Remark {
    /// Every remark.
    pub const ALL: [Self; 8] = [
        Self::Trimmed,
        Self::Order,
        Self::UnknownTags,
        Self::Country,
        Self::Currency,
        Self::Characters,
        Self::CrcRepaired,
        Self::CrcIgnored,
    ];

    /// The name, for programs. Proposed by Satang.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trimmed => "trimmed",
            Self::Order => "order",
            Self::UnknownTags => "unknown_tags",
            Self::Country => "country",
            Self::Currency => "currency",
            Self::Characters => "characters",
            Self::CrcRepaired => "crc_repaired",
            Self::CrcIgnored => "crc_ignored",
        }
    }
}

/// A set of [`Remark`]s.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Remarks(u8);

impl Remarks {
    /// Whether nothing was forgiven.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this was forgiven.
    #[must_use]
    pub const fn contains(self, remark: Remark) -> bool {
        self.0 & (1 << remark as u8) != 0
    }

    /// What was forgiven, one by one.
    pub fn iter(self) -> impl Iterator<Item = Remark> {
        Remark::ALL.into_iter().filter(move |remark| self.contains(*remark))
    }

    pub(crate) const fn add_all(&mut self, others: Self) {
        self.0 |= others.0;
    }

    pub(crate) const fn add(&mut self, remark: Remark) {
        self.0 |= 1 << remark as u8;
    }
}

impl fmt::Display for Remarks {
    /// The names with commas between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, remark) in self.iter().enumerate() {
            write!(f, "{}{}", if number == 0 { "" } else { "," }, remark.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Remarks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}
