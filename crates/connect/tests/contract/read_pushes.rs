//! Who sends a push is known before anything of it is read, and no bytes do any harm.

use super::simulated::{World, assert_no_secret, offering};
use crate::support::PUSH_KEY;
use ringcard_connect::{Capability, PushKind, RawPush, ReadPushes, Standing};
use ringcard_core::number::{Ani, Party};
use secrecy::ExposeSecret;
use std::sync::Arc;

const HUB: &str = "https://hub.example.com";

async fn readers() -> Vec<(World, Arc<dyn ReadPushes>)> {
    let worlds = offering(Capability::ReadPushes).await.into_iter();
    worlds.map(|world| (world.system().read_pushes.expect("it reads pushes"), world)).map(|(r, w)| (w, r)).collect()
}

#[tokio::test]
async fn a_push_with_its_proof_is_read_and_tells_the_caller() {
    for (world, reader) in readers().await {
        let (kind, push) = world.push(Some(PUSH_KEY));
        assert_eq!(reader.proof_in_head(&push), Standing::Proved, "{}", world.id());
        let read = reader.read_proved(kind, &push).unwrap_or_else(|refused| panic!("{}: {refused}", world.id()));
        let Ani(caller) = &read.ani;
        assert!(matches!(caller, Party::Outside(number) if number.e164 == "+36301234567"), "{}: {read:?}", world.id());
        assert_no_secret(&format!("{read:?}"));
    }
}

#[tokio::test]
async fn a_wrong_proof_is_told_from_a_missing_one_and_neither_is_enough() {
    for (world, reader) in readers().await {
        let standing = |key| match reader.proof_in_head(&world.push(key).1) {
            Standing::InBody => reader.proof_in_body(&world.push(key).1),
            settled => settled,
        };
        assert_eq!(standing(Some("wrong")), Standing::Refused { tried: true }, "{}", world.id());
        assert_eq!(standing(None), Standing::Refused { tried: false }, "{}", world.id());
        assert!(!reader.takes_without_proof(), "{}", world.id());
        assert_eq!(reader.secret_length(), Some(PUSH_KEY.chars().count()), "{}", world.id());
    }
}

#[tokio::test]
async fn any_bytes_are_read_or_refused() {
    for (world, reader) in readers().await {
        let bodies = [&b""[..], b"\xff\xfe\x00", b"{\"a\":[[[[[[", b"%%%&=&=;", b"--x\r\n\r\n", "é\u{202e}".as_bytes()];
        for body in bodies {
            for content_type in [None, Some("application/json"), Some("multipart/form-data; boundary=x"), Some("\u{1}")]
            {
                let content_type = content_type.map(str::to_owned);
                let push = RawPush { body: body.to_vec(), content_type, ..world.push(None).1 };
                let _ = (reader.proof_in_head(&push), reader.proof_in_body(&push));
                for kind in [PushKind::Incoming, PushKind::Event, PushKind::CallData] {
                    let _ = reader.read_proved(kind, &push);
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_shown_of_an_address_has_no_key_and_what_is_copied_has() {
    for (world, reader) in readers().await {
        let hints = reader.webhooks(HUB, "account");
        assert!(!hints.is_empty(), "{}", world.id());
        for hint in hints {
            assert!(hint.url.starts_with(&format!("{HUB}/in/account/")), "{}: {hint:?}", world.id());
            assert_no_secret(&format!("{hint:?}"));
            let whole = reader.webhook_address(HUB, "account", hint.kind).expect("it takes them");
            assert!(world.system().secrets.are_in(whole.expose_secret()), "{}: the key is in it", world.id());
        }
    }
}
