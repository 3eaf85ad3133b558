//! CRC-16/CCITT-FALSE, eight bytes at a time.

/// What a byte does to a register of zero, `[k]` after `k` more bytes of zero.
static TABLES: [[u16; 256]; 8] = tables();

const POLYNOMIAL: u16 = 0x1021;
const START: u16 = 0xffff;

/// The checksum of every code here: CRC-16/CCITT-FALSE, also known as CRC-16/IBM-3740. Polynomial `1021`, starts at `FFFF`,
/// nothing is reflected, nothing is added at the end. Some libraries call it XMODEM, which starts at `0000`. Public.
///
/// ```
/// assert_eq!(satang_slip_verification::crc16(b"123456789"), 0x29b1);
/// ```
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut register = START;
    for &[a, b, c, d, e, f, g, h] in eights {
        // The register belongs to the first two bytes. What the others do does not wait for it, so it comes first.
        let others = entry(5, c) ^ entry(4, d) ^ entry(3, e) ^ entry(2, f) ^ entry(1, g) ^ entry(0, h);
        let [high, low] = register.to_be_bytes();
        register = others ^ (entry(7, a ^ high) ^ entry(6, b ^ low));
    }
    let (fours, rest) = rest.as_chunks::<4>();
    for &[a, b, c, d] in fours {
        let [high, low] = register.to_be_bytes();
        register = entry(1, c) ^ entry(0, d) ^ (entry(3, a ^ high) ^ entry(2, b ^ low));
    }
    rest.iter().fold(register, |register, byte| {
        let [high, low] = register.to_be_bytes();
        entry(0, byte ^ high) ^ u16::from_be_bytes([low, 0])
    })
}

/// Four hexadecimal digits as they are printed: in upper case.
pub(crate) fn hex(checksum: u16, lower_case: bool) -> [u8; 4] {
    let letters = if lower_case { b"0123456789abcdef" } else { b"0123456789ABCDEF" };
    [12, 8, 4, 0].map(|shift| letter(letters, checksum >> shift))
}

#[expect(clippy::indexing_slicing, reason = "four bits are below 16")]
fn letter(letters: &[u8; 16], number: u16) -> u8 {
    letters[usize::from(number & 0xf)]
}

#[expect(clippy::indexing_slicing, reason = "the tables are numbered 0 to 7, and a byte is below 256")]
#[inline]
fn entry(table: usize, byte: u8) -> u16 {
    TABLES[table][byte as usize]
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler, which would refuse")]
#[expect(clippy::cast_possible_truncation, reason = "a table has 256 entries")]
const fn tables() -> [[u16; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut register = (byte as u16) << 8;
        let mut table = 0;
        while table < 8 {
            let mut bit = 0;
            while bit < 8 {
                let carry = register & 0x8000 != 0;
                register <<= 1;
                if carry {
                    register ^= POLYNOMIAL;
                }
                bit += 1;
            }
            tables[table][byte] = register;
            table += 1;
        }
        byte += 1;
    }
    tables
}
