//! Values that may stay in a recording: the examples of the reference page, values reserved for
//! examples and fiction, and the stand-ins of redaction.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::pattern::Pattern;
pub(super) use connector_cases::REDACTED;
use connector_egress::is_public;

/// Values of the reference page that no rule below accepts.
const EXAMPLES: [&str; 4] = ["con_abc123456", "814860", "+1123456789", "John Doe"];

/// Secrets of invented cases: words after `fixture-`, which no service generates.
static INVENTED: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"^fixture(?:-[a-z]+)+=?$"));

/// Signatures of invented deliveries: zeros where they are wrong, and those made with
/// `fixture-client-secret` where they are right.
static SIGNATURE: LazyLock<Pattern> = LazyLock::new(|| {
    let right = [
        "72f1d75b1d55eb5c35fd4abbc9a0062be62c9e731eb6708027d497c926a2b7a1",
        "79106eaccfe3b6f723ec96a94fac6c2a084a88ea9cfbbfbffe4978a09f7818a9",
    ];
    let right = right.join("|");
    Pattern::new(&format!("^(?:sha1=|sha256=)?(?:0{{40}}|0{{64}}|{right})$"))
});

/// Domains that RFC 2606 reserves, and all below them.
const DOMAINS: [&str; 3] = ["example.com", "example.net", "example.org"];

/// Top-level domains that RFC 2606 reserves.
const TOP_LEVEL: [&str; 4] = ["example", "test", "invalid", "localhost"];

/// Stand-ins with a recognisable format. Ids have none: see [`super::stand_ins`].
static STAND_IN: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"^(?:REDACTED|(?:Person|Text) [0-9]+|(?:cursor|token)-[0-9]+)$")
});

/// The digits of fictional numbers: 555-0100 to 555-0199 of every North American area (reserved
/// by NANPA), and numbers after +1 555 01, which no network can dial.
static FICTION: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"^(?:1?[2-9][0-9]{2}55501[0-9]{2}|155501[0-9]{2,})$"));

/// Whether `text` is an example of the page, an invented secret or a stand-in.
pub(super) fn is_text(text: &str) -> bool {
    let patterns = [&INVENTED, &SIGNATURE, &STAND_IN];
    EXAMPLES.contains(&text) || patterns.iter().any(|pattern| pattern.is(text))
}

/// Whether `name` is a domain reserved for examples, or one below it.
pub(super) fn is_domain(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let below = |domain: &&str| {
        let before = name.strip_suffix(domain);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    DOMAINS.iter().chain(&TOP_LEVEL).any(below)
}

/// Whether `address` is an email address of a domain reserved for examples.
pub(super) fn is_email(address: &str) -> bool {
    address
        .rsplit_once('@')
        .is_some_and(|(_, domain)| is_domain(domain))
}

/// Whether `number` is a phone number for fiction.
pub(super) fn is_phone(number: &str) -> bool {
    EXAMPLES.contains(&number) || FICTION.is(&digits(number))
}

/// The digits of a phone number, however it is written.
pub(super) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// Whether `address` identifies nobody: it is not public and contains no public address.
pub(super) fn is_address(address: IpAddr) -> bool {
    !is_public(address) && !is_tunnel(address)
}

/// Whether `address` is in Teredo (`2001::/32`) or 6to4 (`2002::/16`): it is not public itself,
/// but contains an IPv4 address.
fn is_tunnel(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => false,
        IpAddr::V6(address) => matches!(address.segments(), [0x2001, 0, ..] | [0x2002, ..]),
    }
}

/// Whether `host`, as in a URL, is this machine.
pub(super) fn is_local(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_reserved_and_what_is_not() {
        for domain in ["example.com", "mail.Example.org", "proxy.test", "localhost"] {
            assert!(is_domain(domain), "{domain}");
        }
        for domain in ["example.co", "notexample.com", "acme.io", "test.com", ""] {
            assert!(!is_domain(domain), "{domain}");
        }
        for number in [
            "+15550100",
            "+155501100",
            "+1 (202) 555-0143",
            "+1123456789",
        ] {
            assert!(is_phone(number), "{number}");
        }
        for number in ["+12025551143", "+4722334455", "+1123456780", "5550100"] {
            assert!(!is_phone(number), "{number}");
        }
        for address in [
            "10.1.2.3",
            "127.0.0.1",
            "198.18.0.1",
            "203.0.113.9",
            "::1",
            "2001:db8::7",
            "::ffff:10.1.2.3",
            "64:ff9b::a01:203",
        ] {
            assert!(is_address(address.parse().unwrap()), "{address}");
        }
        for address in [
            "8.8.8.8",
            "100.63.0.1",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "2001:0:53aa:64c:0:0:f5ff:fffe",
        ] {
            assert!(!is_address(address.parse().unwrap()), "{address}");
        }
        for text in [
            "REDACTED",
            "Person 12",
            "cursor-1",
            "814860",
            "fixture-token",
        ] {
            assert!(is_text(text), "{text}");
        }
        for text in ["Person", "Person 1a", "John Doer", "cursor-", "Text 1 "] {
            assert!(!is_text(text), "{text}");
        }
    }
}
