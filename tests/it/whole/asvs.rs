//! `docs/asvs.csv`: every test that it names is there.

use std::{fs, path::Path};

#[test]
fn every_test_that_the_table_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("../docs/asvs.csv")).unwrap();
    let mut named = 0;
    for line in table.lines().skip(1) {
        let cells: Vec<_> = line.splitn(5, ',').collect();
        let [id, _, status, test, note] = cells.as_slice() else { panic!("{line}") };
        assert!(["met", "partly", "open", "not applicable"].contains(status), "{line}");
        if test.is_empty() {
            assert!(*status != "met" || !note.is_empty(), "{id} is met, by nothing");
            continue;
        }
        let (file, name) = test.rsplit_once("::").unwrap();
        let file = root.join("it").join(format!("{}.rs", file.replace("::", "/")));
        let source = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{id}: {test}"));
        assert!(source.contains(&format!("fn {name}()")), "{id}: there is no {test}");
        named += 1;
    }
    assert!(named > 30, "the table names {named} tests");
}
