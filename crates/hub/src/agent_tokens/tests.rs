use super::*;
use secrecy::ExposeSecret;
use std::fs;
use tempfile::TempDir;

fn ana() -> AgentId {
    AgentId("Ana".into())
}

fn bela() -> AgentId {
    AgentId("Béla".into())
}

fn who(tokens: &AgentTokens, token: &Made) -> Option<Principal> {
    tokens.grant(token.token.expose_secret()).map(|grant| grant.principal)
}

#[tokio::test]
async fn a_token_is_its_agents_after_a_start_of_the_hub_and_the_file_does_not_have_it() {
    let folder = TempDir::new().expect("a folder");
    let tokens = AgentTokens::open(folder.path());
    let ana = tokens.make(ana(), None).await.expect("made");
    let bela = tokens.make(bela(), Some(Role::Lead)).await.expect("made");
    assert_ne!(ana.token.expose_secret(), bela.token.expose_secret());
    for tokens in [tokens, AgentTokens::open(folder.path())] {
        assert_eq!(who(&tokens, &ana), Some(Principal::agent_with(AgentId("Ana".into()), Role::Agent)));
        assert_eq!(who(&tokens, &bela), Some(Principal::agent_with(AgentId("Béla".into()), Role::Lead)));
        for wrong in ["", "rca_", &ana.token.expose_secret()[1..], &ana.kept.sha256] {
            assert!(tokens.grant(wrong).is_none(), "{wrong}");
        }
    }
    let text = fs::read_to_string(folder.path().join("agent-tokens.json")).expect("it is there");
    for made in [&ana, &bela] {
        let secret = made.token.expose_secret().trim_start_matches("rca_");
        assert!(secret.len() == 64 && !text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn a_new_token_or_a_revocation_ends_the_old_one_for_whoever_came_with_it() {
    let folder = TempDir::new().expect("a folder");
    let tokens = AgentTokens::open(folder.path());
    let first = tokens.make(ana(), Some(Role::Lead)).await.expect("made");
    let other = tokens.make(bela(), None).await.expect("made");
    let mut came = tokens.grant(first.token.expose_secret()).expect("it is good");
    let mut stays = tokens.grant(other.token.expose_secret()).expect("it is good");
    let second = tokens.make(ana(), None).await.expect("made");
    assert_eq!((second.replaced, second.kept.role), (true, Role::Lead), "the role stays");
    came.revoked().await;
    assert!(who(&tokens, &first).is_none() && who(&tokens, &second).is_some());

    let mut came = tokens.grant(second.token.expose_secret()).expect("it is good");
    assert!(tokens.revoke(ana()).await.expect("revoked"));
    came.revoked().await;
    assert!(!tokens.revoke(ana()).await.expect("there is nothing to do"));
    assert!(AgentTokens::open(folder.path()).list().iter().all(|kept| kept.agent == bela()));
    tokio::select! {
        biased;
        () = stays.revoked() => panic!("nobody revoked this one"),
        () = std::future::ready(()) => {}
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_left_as_it_is_until_somebody_mends_it() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("agent-tokens.json");
    fs::write(&path, "{ half of it").expect("written");
    let tokens = AgentTokens::open(folder.path());
    let Err(failure) = tokens.make(ana(), None).await else { panic!("it was written over") };
    assert!(failure.to_string().contains("agent-tokens.json cannot be read"), "{failure}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "{ half of it");
    fs::remove_file(&path).expect("taken away");
    assert!(tokens.make(ana(), None).await.is_ok());
}

#[tokio::test]
async fn what_is_revoked_ends_also_when_the_disk_takes_nothing_and_does_not_come_back() {
    let folder = TempDir::new().expect("a folder");
    let tokens = AgentTokens::open(folder.path());
    let made = tokens.make(ana(), None).await.expect("made");
    // A folder in the new file's place keeps it from being written, for root too.
    let in_the_way = folder.path().join(".agent-tokens.json.new");
    fs::create_dir(&in_the_way).expect("a folder");
    assert!(matches!(tokens.revoke(ana()).await, Err(TokensFailure::NotWritten { .. })));
    assert!(who(&tokens, &made).is_none());
    fs::remove_dir(&in_the_way).expect("taken away");
    tokens.make(bela(), None).await.expect("made");
    assert!(who(&AgentTokens::open(folder.path()), &made).is_none());
}
