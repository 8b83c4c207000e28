//! What is kept of systems without being asked for, and what is done about a number beside a call.

use super::*;

#[tokio::test]
async fn customers_that_were_read_ahead_are_on_the_card_while_their_system_is_down() {
    let crm = Scripted::keeping("crm", &[("7", "Ana Kiss"), ("8", "Éva Kiss")], Duration::ZERO);
    crm.fails(Some(broken()));
    let world = world_by(&[&crm], CustomerRules { warm: vec!["crm".into()], ..rules(Duration::from_secs(20)) }).await;
    let mut desk = world.desk().await;
    let mut n = 0;
    loop {
        n += 1;
        let call = ring(&world, &mut desk, &n.to_string()).await;
        desk.until("what is known of them", |desk| {
            let part = desk.cards.get(&call).and_then(|card| part(card, "crm"));
            part.is_some_and(|part| part.state != PartState::Asking)
        })
        .await;
        if names(&desk, &call).len() == 2 {
            break;
        }
    }
    let asked = crm.exported.lock().expect("a lock").clone();
    assert_eq!(asked[..2], [None, Some("1".to_owned())], "each page after the one before");
}

#[tokio::test]
async fn of_whoever_is_gone_in_their_system_nothing_is_kept_and_nobody_is_linked_with_them() {
    let crm = Scripted::keeping("crm", &[("7", "Ana Kiss"), ("8", "Éva Kiss")], Duration::ZERO);
    let world = world_of(&[&crm]).await;
    let ana = world.customer("Ana Kiss", &["+3612345679"]).await;
    let seven = CustomerId("crm/7".into());
    let mut desk = world.desk().await;
    let link = Request::LinkCustomers { one: ana.id.clone(), other: seven.clone() };
    assert_eq!(desk.ask(link).await, Ok(Reply::Done));
    let before = ring(&world, &mut desk, "1").await;
    let choose = Request::Choose { call_id: before.clone(), customer: Some(seven.clone()) };
    assert_eq!(desk.ask(choose).await, Ok(Reply::Done));
    desk.until("her name", |desk| desk.chosen(&before) == Some(seven.clone())).await;

    // She is deleted there; nobody is asked for anything but what changed.
    crm.customers.lock().expect("a lock").retain(|customer| customer.id != seven);
    crm.gone.lock().expect("a lock").push(seven.clone());
    crm.fails(Some(broken()));
    let World { hub: stopped, sim, dir, .. } = world;
    stopped.shutdown().await;
    let warm = CustomerRules { warm: vec!["crm".into()], ..rules(Duration::from_secs(20)) };
    let world = hub(dir, sim, &[&crm], warm).await;
    let mut desk = world.desk().await;
    for n in 2.. {
        let call = ring(&world, &mut desk, &n.to_string()).await;
        desk.until("what is known of them", |desk| {
            let part = desk.cards.get(&call).and_then(|card| part(card, "crm"));
            part.is_some_and(|part| part.state != PartState::Asking)
        })
        .await;
        if names(&desk, &call) == ["Éva Kiss"] {
            break;
        }
        assert!(n < 200, "she is still there: {:?}", names(&desk, &call));
    }
    let Ok(Reply::CustomerAbout { about }) = desk.ask(Request::AboutCustomer { id: ana.id }).await else {
        panic!("what is known of her")
    };
    assert!(about.links.is_empty(), "{:?}", about.links);
}

#[tokio::test]
async fn who_is_behind_a_number_is_asked_of_every_source_and_told_once() {
    let (crm, slow) = (Scripted::new("crm", &[("7", "Ana Kiss")]), Scripted::new("slow", &[("1", "Ana K")]).closed());
    let world = world_within(&[&crm, &slow], Duration::from_millis(300)).await;
    let mut desk = world.desk().await;
    let who = Request::FindByNumber { number: "06 30 123 4567".into() };
    let found = async |desk: &mut Desk| match desk.ask(who.clone()).await {
        Ok(Reply::Matches { matches }) => matches.into_iter().map(|one| one.customer.id.0).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(found(&mut desk).await, ["crm/7"]);
    let before = desk.ask(Request::BeforeDial { number: CALLER.into() }).await;
    let Ok(Reply::BeforeDial { before }) = before else { panic!("{before:?}") };
    assert_eq!(before.customer_name.as_deref(), Some("Ana Kiss"));
    assert_eq!(crm.asked.load(SeqCst), 1, "what was just answered is not asked again");
    let asked =
        world.http.get(format!("{}/v1/customers?number=%2B36301234567", world.base)).bearer_auth(support::TOKEN);
    let answer: serde_json::Value = asked.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer["matches"][0]["customer"]["id"], "crm/7");

    let ana = world.customer("Ana Kiss", &[CALLER]).await;
    assert_eq!(found(&mut desk).await, [ana.id.0.clone(), "crm/7".to_owned()]);
    let link = Request::LinkCustomers { one: ana.id.clone(), other: CustomerId("crm/7".into()) };
    assert_eq!(desk.ask(link).await, Ok(Reply::Done));
    assert_eq!(found(&mut desk).await, [ana.id.0], "one person is told once");
    slow.opens();
}

#[tokio::test]
async fn a_number_an_agent_says_is_theirs_is_added_where_they_are_kept_and_that_is_wanted() {
    let (crm, other) = (Scripted::new("crm", &[("7", "Ana Kiss")]), Scripted::new("other", &[]));
    for system in [&crm, &other] {
        let mut unknown = customer(system.name, "9", "Béla Nagy");
        unknown.details.numbers.clear();
        system.customers.lock().expect("a lock").push(unknown);
    }
    crm.adds_numbers.store(true, SeqCst);
    let world = world_of(&[&crm, &other]).await;
    let mut desk = world.desk().await;
    let call = ring(&world, &mut desk, "1").await;
    // She has the number; the other system does not want it; he is told of it once.
    for customer in ["crm/7", "other/9", "crm/9", "crm/9"] {
        let choose = Request::Choose { call_id: call.clone(), customer: Some(CustomerId(customer.into())) };
        assert_eq!(desk.ask(choose).await, Ok(Reply::Done), "{customer}");
    }
    tokio::time::timeout(Duration::from_secs(20), crm.logs.notified()).await.expect("it is told");
    world.hub.shutdown().await;
    assert_eq!(crm.added.lock().expect("a lock").as_slice(), [(CustomerId("crm/9".into()), CALLER.to_owned())]);
    assert!(other.added.lock().expect("a lock").is_empty());
}
