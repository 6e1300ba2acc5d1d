//! Who a contact is.

use proptest::prelude::*;
use relance_model::contact::Contact;
use relance_runtime::identity::{IdentityError, Region, identify, phone_key};

fn contact(id: &str, email: &str, phone: &str) -> Contact {
    let some = |text: &str| (text != "-").then(|| text.to_owned());
    Contact { id: some(id), email: some(email), phone: some(phone), ..Contact::default() }
}

#[test]
fn a_contact_is_known_by_its_id_else_its_email_else_its_phone() {
    let fr = Region::default();
    let cases = [
        (("42", "a@b.fr", "0612345678"), "42"),
        (("-", " Marie@Exemple.COM ", "0612345678"), "marie@exemple.com"),
        (("  ", "-", "06 12 34 56 78"), "+33612345678"),
        (("-", "", "+33 (0)6 12 34 56 78"), "+33612345678"),
        (("-", "-", "+1 650-253-0000"), "+16502530000"),
    ];
    for ((id, email, phone), expected) in cases {
        let person = identify(contact(id, email, phone), fr).unwrap();
        assert_eq!(person.id, expected);
        assert_eq!(person.contact.id.as_deref(), Some(expected));
    }
}

#[test]
fn a_contact_without_anything_to_know_it_by_is_refused() {
    let fr = Region::default();
    assert_eq!(identify(contact("-", "-", "-"), fr), Err(IdentityError::Nothing));
    assert_eq!(identify(contact("", " ", ""), fr), Err(IdentityError::Nothing));
    let phone = IdentityError::Phone("appelez-moi".to_owned());
    assert_eq!(identify(contact("-", "-", "appelez-moi"), fr), Err(phone));
}

#[test]
fn the_region_says_how_national_numbers_are_read() {
    let be: Region = "BE".parse().unwrap();
    assert_eq!(phone_key("0470 12 34 56", be).as_deref(), Some("+32470123456"));
    assert!("Narnia".parse::<Region>().is_err());
}

proptest! {
    #[test]
    fn no_text_stops_the_reading_of_phone_numbers(text in "\\PC{0,40}|[+0-9 ().;xext#*=tel:-]{0,40}") {
        if let Some(key) = phone_key(&text, Region::default()) {
            prop_assert!(key.starts_with('+') && key.bytes().skip(1).all(|it| it.is_ascii_digit()), "{}", key);
            prop_assert_eq!(phone_key(&key, Region::default()), Some(key), "not a fixed point");
        }
    }
}
