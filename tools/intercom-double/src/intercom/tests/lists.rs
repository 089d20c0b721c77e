use serde_json::Value;

use super::{empty, get};
use crate::intercom::lists::LISTS;

#[test]
fn every_list_is_read_whole_page_by_page() {
    let mut state = empty();
    for list in &LISTS {
        let mut ids = Vec::new();
        let mut query = "?per_page=50".to_owned();
        for _ in 0..5 {
            let page = get(&mut state, &format!("{}{query}", list.path)).body;
            let rows = page[list.key].as_array().unwrap();
            ids.extend(rows.iter().map(|row| row["id"].clone()));
            let pages = match &page["pages"] {
                Value::Null => &page,
                pages => pages,
            };
            let (number, total) = (&pages["page"], &pages["total_pages"]);
            query = match (&pages["next"]["starting_after"], number.as_u64()) {
                (Value::String(cursor), _) => format!("?per_page=50&starting_after={cursor}"),
                (_, Some(number)) if Some(number) < total.as_u64() => {
                    format!("?per_page=50&page={}", number + 1)
                }
                _ => break,
            };
        }
        assert_eq!(ids.len(), (list.rows)().len(), "{}", list.path);
    }
}

#[test]
fn attributes_are_of_a_model() {
    let mut state = empty();
    let names = |body: &Value| -> Vec<String> {
        let rows = body["data"].as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let contact = get(&mut state, "/data_attributes?model=contact").body;
    assert_eq!(names(&contact), ["email", "paid_subscriber"]);
    let company = get(&mut state, "/data_attributes?model=company").body;
    assert_eq!(names(&company), ["contract"]);
}
