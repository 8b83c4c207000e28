use super::*;

const NOW: Timestamp = Timestamp(1_000_000);

fn type_in(forms: &mut Forms, place: &str, text: &str, revision: u64) -> Option<Keep> {
    forms.typed(place.to_owned(), text.to_owned(), revision, NOW).expect("it is taken")
}

fn answer(forms: &mut Forms, place: &str, revision: u64, result: Result<(), KeepFailure>) {
    forms.hear(&KeepNews::Form { place: place.to_owned(), revision, result }, NOW);
}

fn texts(forms: &Forms) -> Vec<String> {
    forms.all().drafts.into_iter().map(|draft| format!("{}={}", draft.place, draft.typed)).collect()
}

#[test]
fn letters_may_arrive_in_any_order_and_none_comes_after_save() {
    let mut forms = Forms::default();
    assert!(type_in(&mut forms, "a", "Sz", 2).is_some());
    assert_eq!(type_in(&mut forms, "a", "S", 1), None, "it was overtaken");
    assert_eq!(texts(&forms), ["a=Sz"]);
    assert!(forms.gone("a".into(), 4, NOW).is_some());
    assert_eq!(type_in(&mut forms, "a", "Szű", 3), None, "it was saved meanwhile");
    assert_eq!(texts(&forms), [""; 0]);
    assert!(type_in(&mut forms, "a", "next", 5).is_some());
    assert_eq!(forms.all().revision, 5);
}

#[test]
fn what_the_file_does_not_take_stays_is_said_and_tried_again() {
    let mut forms = Forms::default();
    type_in(&mut forms, "a", "Sz", 1);
    let version = forms.version();
    answer(&mut forms, "a", 1, Err(KeepFailure::DiskFull));
    assert_eq!(forms.all().drafts[0].not_kept, Some(KeepFailure::DiskFull.shown()));
    assert_eq!((forms.not_kept(), forms.version()), (1, version + 1));
    assert_eq!(forms.next_at(), Some(NOW.after(AGAIN)));
    assert_eq!(forms.tick(NOW), []);
    let again = forms.tick(NOW.after(AGAIN));
    assert_eq!(again, [Keep::Form { place: "a".into(), revision: 1, typed: "Sz".into(), at: NOW }]);
    answer(&mut forms, "a", 1, Ok(()));
    assert_eq!((forms.not_kept(), forms.version()), (0, version + 2));
    assert_eq!(forms.next_at(), None);
}

#[test]
fn an_answer_about_older_letters_says_nothing_of_newer_ones() {
    let mut forms = Forms::default();
    type_in(&mut forms, "a", "S", 1);
    type_in(&mut forms, "a", "Sz", 2);
    answer(&mut forms, "a", 1, Err(KeepFailure::Busy));
    assert_eq!(forms.not_kept(), 0);
    answer(&mut forms, "a", 2, Err(KeepFailure::Busy));
    assert_eq!(forms.not_kept(), 1);
}

#[test]
fn a_file_that_opens_late_brings_its_forms_and_takes_those_typed_before() {
    let mut forms = Forms::default();
    type_in(&mut forms, "a", "newer", 1);
    answer(&mut forms, "a", 1, Err(KeepFailure::Busy));
    forms.gone("b".into(), 2, NOW);
    answer(&mut forms, "b", 2, Err(KeepFailure::Busy));
    let row = |place: &str| (place.to_owned(), NOW, "older".to_owned());
    let version = forms.version();
    let keeps = forms.take_up(&Found { forms: vec![row("a"), row("b"), row("c")], ..Found::default() });
    assert_eq!(texts(&forms), ["a=newer", "c=older"]);
    assert_eq!(keeps.len(), 2, "what was typed, and what was taken away: {keeps:?}");
    assert!(forms.version() > version, "the page asks anew");
    let forms = forms.let_go();
    assert_eq!(texts(&forms), [""; 0], "another file's are not this one's");
    assert_eq!(forms.all().revision, 2);
}

#[test]
fn nothing_is_dropped_to_make_room_and_what_is_too_large_is_refused() {
    let mut forms = Forms::default();
    for n in 0..MOST_FORMS {
        type_in(&mut forms, &format!("form/{n}"), "{}", n as u64 + 1);
    }
    let more = forms.typed("one more".into(), "{}".into(), 1_000, NOW);
    assert_eq!(more, Err(KeepFailure::TooManyForms { kept: 200 }));
    assert!(type_in(&mut forms, "form/0", "more words", 1_001).is_some(), "one that is kept may go on");
    let huge = "x".repeat(LARGEST_FORM + 1);
    assert_eq!(forms.typed("form/1".into(), huge, 1_002, NOW), Err(KeepFailure::TooLarge));
    assert_eq!(forms.all().drafts.len(), MOST_FORMS);
}
