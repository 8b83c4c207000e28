use super::*;
use proptest::prelude::*;

fn standing(name: &str, stage: Stage, came: u64) -> Standing {
    Standing { id: CallId(name.into()), stage, came, in_wrap_up: false }
}

fn wrap_up(name: &str, came: u64) -> Standing {
    Standing { in_wrap_up: true, ..standing(name, Stage::Over, came) }
}

/// A choice of this call, made when two calls had come and one had been answered.
fn went_to(name: &str, stage: Stage) -> Choice {
    Choice { id: CallId(name.into()), stage, came: 2, answered: 1 }
}

/// Who is in front; `+` behind the name of the one before: the keyboard is there.
fn decide(shown: &[Standing], before: &str, choice: Option<&Choice>) -> String {
    let has_keyboard = before.ends_with('+');
    let before = CallId(before.trim_end_matches('+').into());
    let now = Situation { before: Some(&before), has_keyboard, choice, answered: 1 };
    front(shown, &now).map(|one| one.id.0.clone()).unwrap_or_default()
}

#[test]
fn the_table() {
    use Stage::{Aside, Calls, Over, Talked};
    let two = |a, b| vec![standing("a", a, 1), standing("b", b, 2)];
    let form = |b| vec![wrap_up("a", 1), standing("b", b, 2)];
    let new = |a, b| vec![standing("a", a, 1), standing("b", b, 2), standing("c", Calls, 3)];
    let a = |stage| Some(went_to("a", stage));
    for (why, shown, before, choice, wanted) in [
        ("the first ring stays", two(Calls, Calls), "a", None, "a"),
        ("who rings longest", two(Calls, Calls), "", None, "a"),
        ("what is talked in stays", two(Talked, Calls), "a", None, "a"),
        ("what is answered comes", two(Calls, Talked), "a", None, "b"),
        ("also under the keyboard", two(Calls, Talked), "a+", None, "b"),
        ("also from a card that is read", two(Over, Talked), "a+", None, "b"),
        ("not from a form that is typed in", form(Talked), "a+", None, "a"),
        ("from one that is only seen", form(Talked), "a", None, "b"),
        ("a ring takes no form that is typed in", form(Calls), "a+", None, "a"),
        ("a ring comes before a form that is only seen", form(Calls), "a", None, "b"),
        ("a ring takes no card the keyboard is on", two(Over, Calls), "a+", None, "a"),
        ("what is over gives way", two(Over, Calls), "a", None, "b"),
        ("what lost its end gives way", two(Aside, Calls), "a", None, "b"),
        ("who waits on the line comes before what is over", two(Aside, Over), "b", None, "a"),
        ("what is over stays among its kind", two(Over, Over), "a", None, "a"),
        ("the last that was over", two(Over, Over), "", None, "b"),
        ("the agent went there", two(Calls, Talked), "a", a(Calls), "a"),
        ("to a form", form(Talked), "a", a(Over), "a"),
        ("to somebody on hold", two(Aside, Calls), "a", a(Aside), "a"),
        ("a choice holds against a new ring", new(Calls, Talked), "a", a(Calls), "a"),
        ("but not of what is over", new(Over, Talked), "a", a(Over), "b"),
        ("what the agent went to is over", two(Over, Calls), "a", a(Calls), "b"),
        ("or lost its end", two(Aside, Calls), "a", a(Calls), "b"),
        ("or is not there any more", two(Calls, Talked), "a", Some(went_to("x", Calls)), "b"),
        ("dialled while a form is typed in", vec![wrap_up("b", 1), standing("a", Calls, 2)], "b+", a(Calls), "b"),
    ] {
        assert_eq!(decide(&shown, before, choice.as_ref()), wanted, "{why}");
    }
    let earlier = Choice { answered: 0, ..went_to("a", Calls) };
    assert_eq!(decide(&two(Calls, Talked), "a", Some(&earlier)), "b", "something was answered since");
    assert_eq!(decide(&[], "a", a(Calls).as_ref()), "", "nothing is shown");
}

fn any_stage() -> impl Strategy<Value = Stage> {
    prop_oneof![Just(Stage::Over), Just(Stage::Aside), Just(Stage::Calls)]
}

/// Shown calls, which of them was in front, whether the keyboard is there, and the choice that was made.
type Anything = (Vec<Standing>, Option<usize>, bool, Option<(usize, Stage, u64, u64)>);

/// Some calls, at most one of them talked in, and whatever happened before.
fn anything() -> impl Strategy<Value = Anything> {
    let calls = prop::collection::vec((any_stage(), any::<bool>()), 1..6);
    let chosen = prop::option::of((0..7_usize, any_stage(), 0..7_u64, 0..2_u64));
    (calls, prop::option::of(0..6_usize), prop::option::of(0..7_usize), any::<bool>(), chosen).prop_map(
        |(calls, talked, before, has_keyboard, choice)| {
            let mut shown: Vec<Standing> = calls
                .into_iter()
                .zip(1..)
                .map(|((stage, form), came)| Standing {
                    in_wrap_up: form && stage == Stage::Over,
                    ..standing(&format!("call-{came}"), stage, came)
                })
                .collect();
            if let Some(talked) = talked.and_then(|at| shown.get_mut(at)) {
                (talked.stage, talked.in_wrap_up) = (Stage::Talked, false);
            }
            (shown, before, has_keyboard, choice)
        },
    )
}

proptest! {
    #[test]
    fn the_same_calls_in_any_order_are_decided_alike(
        (shown, before, has_keyboard, choice) in anything(),
        turn in 0..6_usize,
    ) {
        let id = |at: usize| CallId(format!("call-{at}"));
        let before = before.map(id);
        let choice = choice.map(|(at, stage, came, answered)| Choice { id: id(at), stage, came, answered });
        let now = Situation { before: before.as_ref(), has_keyboard, choice: choice.as_ref(), answered: 1 };
        let decided = front(&shown, &now).expect("there are calls").clone();

        let mut turned = shown.clone();
        let turn = turn % shown.len();
        turned.rotate_left(turn);
        prop_assert_eq!(front(&turned, &now), Some(&decided));
        turned.reverse();
        prop_assert_eq!(front(&turned, &now), Some(&decided));

        // Decided again, nothing changes.
        let again = Situation { before: Some(&decided.id), ..now.clone() };
        prop_assert_eq!(front(&shown, &again).map(|one| &one.id), Some(&decided.id));

        let chosen = choice.as_ref().is_some_and(|choice| choice.id == decided.id);
        let keyboard = has_keyboard && before.as_ref() == Some(&decided.id);
        if !(chosen || keyboard && decided.in_wrap_up) {
            // What is talked in is in front, and nothing that is not keeps a ring from the card.
            let talked = shown.iter().any(|one| one.stage == Stage::Talked);
            prop_assert!(!talked || decided.stage == Stage::Talked);
            let rings = shown.iter().any(|one| one.stage == Stage::Calls);
            prop_assert!(!rings || keyboard || decided.stage >= Stage::Calls);
        }
    }
}
