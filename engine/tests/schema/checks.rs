//! Every check, on a schema that is broken on purpose.

use {
    super::sound::{index, sound},
    engine::schema::{
        Book, Migration,
        annotation::{Step, TableNote},
        catalog::{Catalog, Kind, OnDelete},
        check::{self, Verdict},
        query::Query,
    },
};

/// Breaks a sound book; tells what the checks find: `id subject`, a line each.
#[track_caller]
fn broken(break_it: impl Fn(&mut Book), found: &[&str]) {
    let mut book = sound();
    break_it(&mut book);
    let reports = check::check(&book).into_iter();
    let lines = reports.flat_map(|report| {
        assert_eq!(report.verdict == Verdict::Failed, !report.findings.is_empty());
        let id = report.id;
        report.findings.into_iter().map(move |it| format!("{id} {}", it.subject))
    });
    let mut lines: Vec<_> = lines.collect();
    lines.dedup();
    assert_eq!(lines, found, "{:#?}", check::check(&book));
}

/// Does the same to both catalogues.
fn on_both(book: &mut Book, change: impl Fn(&mut Catalog)) {
    change(&mut book.sqlite);
    change(&mut book.postgres);
}

#[test]
fn a_sound_schema_passes_every_check() {
    broken(|_| {}, &[]);
    assert!(check::check(&sound()).iter().all(|it| it.verdict == Verdict::Passed));
}

#[test]
fn what_was_not_tried_is_not_said_to_have_passed() {
    let book = Book { trials: Vec::new(), ..sound() };
    let reports = check::check(&book);
    let untried: Vec<_> = reports
        .iter()
        .filter(|it| it.verdict == Verdict::NotTried)
        .map(|it| it.id.as_str())
        .collect();
    assert_eq!(untried, ["S09", "S12", "S14", "S17", "S20"]);
}

#[test]
fn s01_a_foreign_key_that_leads_nowhere_is_found() {
    broken(
        |book| on_both(book, |it| it.tables[1].references[0].table = "nobody".into()),
        &["S01 tasks.owner_id"],
    );
    broken(
        |book| on_both(book, |it| it.tables[1].references[0].to = vec!["created_at".into()]),
        &["S01 tasks.owner_id"],
    );
}

#[test]
fn s02_a_foreign_key_that_no_index_begins_with_is_found() {
    broken(|book| on_both(book, |it| it.tables[1].indexes.clear()), &["S02 tasks.owner_id"]);
    let partial = |condition: &str| {
        let condition = condition.to_owned();
        move |book: &mut Book| {
            on_both(book, |it| it.tables[1].indexes[0].condition = Some(condition.clone()));
        }
    };
    broken(partial("state = 'NEW'"), &["S02 tasks.owner_id"]);
    broken(partial("(\"owner_id\" IS NOT NULL)"), &[]);
}

#[test]
fn s03_an_id_that_refers_to_nothing_is_found_unless_there_is_a_reason() {
    let without = |book: &mut Book| on_both(book, |it| it.tables[1].references.clear());
    broken(without, &["S03 tasks.owner_id"]);
    let reason = |book: &mut Book| {
        let note = book.annotations.tables.get_mut("tasks").unwrap();
        note.unreferenced.insert("owner_id".into(), "owners are elsewhere".into());
    };
    broken(
        |book| {
            without(book);
            reason(book);
        },
        &[],
    );
    broken(reason, &["S03 tasks.owner_id"]);
}

#[test]
fn s04_an_index_that_no_query_reads_by_on_both_is_found() {
    broken(
        |book| book.queries[0].sqlite[0].indexes.clear(),
        &["S04 idx_tasks_owner_id_created_at_id"],
    );
    broken(|book| book.queries.clear(), &["S04 idx_tasks_owner_id_created_at_id"]);
    let kept = |book: &mut Book| {
        on_both(book, |it| it.tables[1].indexes[0].is_unique = true);
        let note = book.annotations.tables.get_mut("tasks").unwrap();
        note.keeps.insert("idx_tasks_owner_id_created_at_id".into(), "once".into());
    };
    broken(
        |book| {
            kept(book);
            book.queries.clear();
        },
        &[],
    );
    broken(kept, &["S04 idx_tasks_owner_id_created_at_id"]);
}

#[test]
fn s05_an_index_that_is_anothers_beginning_is_found() {
    let add = |book: &mut Book| {
        on_both(book, |it| it.tables[1].indexes.insert(0, index("tasks", &["owner_id"])));
        let Query { sqlite, postgres, .. } = &mut book.queries[0];
        for explained in sqlite.iter_mut().chain(postgres) {
            explained.indexes.push("idx_tasks_owner_id".into());
        }
    };
    broken(add, &["S05 idx_tasks_owner_id"]);
}

#[test]
fn s06_a_column_that_is_compared_behind_one_that_is_ordered_by_is_found() {
    let turned = |book: &mut Book| {
        on_both(book, |it| {
            it.tables[1].indexes[0].columns = ["created_at", "owner_id"].map(str::to_owned).into();
        });
    };
    broken(turned, &["S02 tasks.owner_id", "S06 idx_tasks_owner_id_created_at_id"]);
}

#[test]
fn s07_a_dashboard_that_reads_a_large_table_whole_is_found() {
    let scan = |book: &mut Book| book.queries[0].sqlite[0].scans.push("tasks".into());
    broken(scan, &["S07 Tasks"]);
    broken(
        |book| {
            scan(book);
            book.sizes[0].rows = 1_000;
        },
        &[],
    );
    broken(
        |book| {
            scan(book);
            book.annotations.operation[0].is_dashboard = false;
        },
        &[],
    );
}

#[test]
fn s08_a_column_that_nobody_must_fill_is_found() {
    let optional = |book: &mut Book| book.sources[1].fields[2].is_optional = true;
    broken(optional, &["S08 tasks.state", "S13 tasks.state"]);
}

#[test]
fn s09_a_check_with_other_values_is_found() {
    broken(
        |book| on_both(book, |it| it.tables[1].checks.retain(|it| it.name != "ck_tasks_state")),
        &["S09 tasks.state"],
    );
    let more = |book: &mut Book| {
        on_both(book, |it| {
            let rule =
                it.tables[1].checks.iter_mut().find(|it| it.name == "ck_tasks_state").unwrap();
            rule.rule = "state IN ('NEW', 'OLD', 'LOST')".into();
        });
    };
    broken(more, &["S09 tasks.state"]);
    let fault = |book: &mut Book| book.trials[0].fault = Some("takes anything".into());
    broken(fault, &["S09 all"]);
}

#[test]
fn s10_an_instant_of_no_time_zone_is_found() {
    let naive = |book: &mut Book| {
        on_both(book, |it| it.tables[0].columns[1].kind = Kind::Naive);
        book.sources[0].fields[1].kind = Some(Kind::Naive);
        book.sqlite.tables[0].checks.remove(0);
    };
    broken(naive, &["S10 people.created_at"]);
    broken(
        |book| {
            book.sqlite.tables[0].checks.remove(0);
        },
        &["S10 people.created_at"],
    );
}

#[test]
fn s11_a_table_that_does_not_tell_when_is_found() {
    let without = |book: &mut Book| {
        on_both(book, |it| {
            it.tables[0].columns.pop();
        });
        book.sqlite.tables[0].checks.pop();
        book.sources[0].fields.pop();
    };
    broken(without, &["S11 people"]);
    broken(
        |book| {
            without(book);
            book.annotations.tables.get_mut("people").unwrap().times = Some("never changed".into());
        },
        &[],
    );
    broken(
        |book| {
            book.annotations.tables.get_mut("people").unwrap().times = Some("never changed".into());
        },
        &["S11 people"],
    );
}

#[test]
fn s12_s14_s17_and_s20_tell_what_failed_when_it_was_tried() {
    for (place, id) in [(1, "S12 all"), (2, "S14 all"), (3, "S17 all"), (4, "S20 all")] {
        broken(|book| book.trials[place].fault = Some("it did".into()), &[id]);
    }
}

#[test]
fn s13_rows_tables_and_objects_that_differ_are_found() {
    broken(
        |book| {
            book.sources[0].fields.pop();
        },
        &["S08 people.updated_at", "S13 people.updated_at"],
    );
    broken(|book| book.sources[0].fields[1].kind = Some(Kind::Date), &["S13 people.created_at"]);
    broken(
        |book| {
            book.objects[1].fields.remove(2);
        },
        &["S13 tasks.state"],
    );
    broken(|book| book.objects[1].fields[2].is_nullable = true, &["S13 tasks.state"]);
    broken(|book| book.objects[1].fields[2].type_name = "String".into(), &["S13 tasks.state"]);
    broken(
        |book| {
            book.objects.remove(1);
        },
        &["S13 tasks"],
    );
    broken(
        |book| {
            book.sources.remove(0);
        },
        &["S13 people"],
    );
}

#[test]
fn s15_databases_that_differ_are_found() {
    broken(
        |book| book.postgres.tables[1].references[0].on_delete = OnDelete::SetNull,
        &["S15 tasks"],
    );
    broken(|book| book.sqlite.tables[1].columns[2].default = Some("'NEW'".into()), &["S15 tasks"]);
    broken(
        |book| book.sqlite.tables[1].indexes[0].condition = Some("owner_id IS NOT NULL".into()),
        &["S15 tasks"],
    );
}

#[test]
fn s16_a_migration_that_hurts_a_released_table_is_found() {
    let hurt = |book: &mut Book| {
        book.released = book.release();
        let statements = vec!["ALTER TABLE tasks ADD COLUMN colour text NOT NULL".into()];
        book.migrations.push(Migration { name: "m2".into(), tables: vec![], statements });
    };
    broken(hurt, &["S16 m2"]);
    broken(
        |book| {
            hurt(book);
            book.released = book.release();
        },
        &[],
    );
    let mut book = sound();
    let released = book.release().unwrap();
    assert_eq!((released.edited(&book.sqlite), released.edited(&book.postgres)), (None, None));
    book.postgres.tables[1].columns.pop();
    let told = released.edited(&book.postgres).unwrap();
    assert!(told.contains("- column tasks.updated_at"), "{told}");
}

#[test]
fn s18_a_table_without_annotation_is_found_by_name() {
    broken(
        |book| {
            book.annotations.tables.remove("tasks");
        },
        &["S18 tasks"],
    );
    broken(
        |book| {
            book.annotations.tables.insert(
                "ghosts".into(),
                TableNote { steps: vec!["work".into()], ..TableNote::default() },
            );
        },
        &["S18 ghosts"],
    );
    broken(
        |book| book.annotations.step.push(Step { id: "rest".into(), title: "People rest".into() }),
        &["S18 rest"],
    );
    broken(|book| book.sources[0].fields[0].meaning.clear(), &["S18 people.id"]);
    broken(
        |book| book.annotations.tables.get_mut("people").unwrap().purpose = "[why]".into(),
        &["S18 people"],
    );
    broken(
        |book| {
            book.annotations.alternative.pop();
        },
        &["S18 alternatives"],
    );
}

#[test]
fn s19_a_name_that_is_not_the_projects_is_found() {
    broken(
        |book| on_both(book, |it| it.tables[1].references[0].name = "owner".into()),
        &["S19 owner"],
    );
    let again = |book: &mut Book| {
        let rule = book.sqlite.tables[1].checks[0].clone();
        book.sqlite.tables[1].checks.push(rule);
    };
    broken(again, &["S19 ck_tasks_created_at"]);
}
