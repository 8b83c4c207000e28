use super::*;
use serde_json::{Value, json};

fn read(answer: &Value) -> Envelope<Fields> {
    Envelope::read(answer.to_string().as_bytes()).unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn a_code_is_read_whether_it_is_a_number_a_text_or_nothing() {
    for (code, read_as) in [
        (json!(202), Some(202)),
        (json!("202"), Some(202)),
        (json!(" 202 "), Some(202)),
        (json!(202.0), Some(202)),
        (json!(""), None),
        (json!("0"), None),
        (json!(0), None),
        (Value::Null, None),
        (json!("OK"), None),
        (json!([1]), None),
    ] {
        assert_eq!(read(&json!({ "code": code, "msg": "x" })).code, read_as, "{code}");
    }
    assert_eq!(read(&json!({ "msg": "no code at all" })).code, None);
}

#[test]
fn rows_are_read_from_lists_objects_and_by_another_name() {
    let one = json!({ "skill_id": 7, "Treatment": "3" });
    for data in [json!([one]), one.clone(), json!({ "0": one }), json!([one, "a word", null, 4])] {
        let rows = read(&json!({ "code": 200, "data": data })).rows;
        assert_eq!((rows.came, rows.kept.len()), (1, 1), "{data}");
        assert_eq!(rows.kept[0].get(&["skill", "skill_id"]), "7");
        assert_eq!(rows.kept[0].get(&["treatment"]), "3");
    }
    assert_eq!(read(&json!({ "code": 200, "records": [one] })).rows.came, 1);
    for data in [json!([]), json!({}), json!("tones agentbox has been added "), Value::Null, json!(0), json!(true)] {
        assert_eq!(read(&json!({ "code": 200, "data": data })).rows.came, 0, "{data}");
    }
}

#[test]
fn no_error_is_written_in_many_ways() {
    for none in [Value::Null, json!(""), json!("null"), json!(false), json!("0"), json!({ "a": 1 })] {
        assert_eq!(read(&json!({ "code": "200", "error": none })).error, None, "{none}");
    }
    assert_eq!(read(&json!({ "error": "FORBIDDEN" })).error.as_deref(), Some("FORBIDDEN"));
}

#[test]
fn what_is_no_answer_of_wolkvox_is_none() {
    for body in ["", "<html>", "[]", "{\"code\":", "{\"code\":200}{\"code\":200}", "null", "\"{\""] {
        assert!(Envelope::<Fields>::read(body.as_bytes()).is_none(), "{body}");
    }
    let warned = "\u{feff}<br>Warning: something\n{\"code\":\"200\",\"data\":[]}";
    assert!(Envelope::<Fields>::read(warned.as_bytes()).is_some());
}

#[test]
fn every_sample_of_the_documents_is_read() {
    let samples: Vec<Value> = serde_json::from_str(include_str!("../samples.json")).expect("JSON");
    assert!(samples.len() > 40);
    for sample in samples {
        let answer = read(&sample["answer"]);
        assert!(answer.error.is_none(), "{sample}");
        let expected = sample["answer"]["data"].as_array().map_or(0, Vec::len);
        let object = usize::from(sample["answer"]["data"].is_object());
        assert_eq!(answer.rows.came, expected + object, "{sample}");
    }
}

#[test]
fn more_rows_than_wolkvox_gives_are_counted_and_not_kept() {
    let many = vec![json!({ "a": "1" }); MOST_ROWS + 5];
    let rows = read(&json!({ "data": many })).rows;
    assert_eq!((rows.came, rows.kept.len()), (MOST_ROWS + 5, MOST_ROWS));
}

#[test]
fn the_local_agent_is_read_with_and_without_a_function_around() {
    let id = Some("12700.1048.1596126371.28824".to_owned());
    for body in [
        r#"{"status":"ok","id_call":"12700.1048.1596126371.28824"}"#,
        r#"({"status":"ok","id_call":"12700.1048.1596126371.28824"})"#,
        r#"jQuery_12.cb({"status":"ok","id_call":"12700.1048.1596126371.28824"});"#,
        r#"?({"status":"ok","id_call":"12700.1048.1596126371.28824"})"#,
    ] {
        let answer = LocalAnswer::read(body).unwrap_or_else(|| panic!("{body}"));
        assert_eq!((answer.status.as_str(), &answer.call_id), ("ok", &id), "{body}");
    }
    for body in ["", "ok", "<html>{\"status\":\"ok\"}</html>", r#"{"state":"ok"}"#, "}{", "{\"status\":"] {
        assert_eq!(LocalAnswer::read(body), None, "{body}");
    }
}

proptest::proptest! {
    #[test]
    fn reading_never_panics(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200), text in ".{0,100}") {
        let _ = Envelope::<Fields>::read(&body);
        let _ = LocalAnswer::read(&text);
    }
}
