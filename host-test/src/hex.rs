//! Bytes as people and file names have them.

/// Two hexadecimal digits a byte, in lower case.
pub(crate) fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_two_digits() {
        assert_eq!(digits(&[0, 0x0a, 0xff]), "000aff");
        assert_eq!(digits(&[]), "");
    }
}
