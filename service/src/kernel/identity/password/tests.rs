//! Which passwords are taken, and what a hash tells.

use {
    super::*,
    futures_util::future::{join, join_all},
    std::{
        sync::Mutex,
        time::{Duration, Instant},
    },
};

const ADA: Owner<'static> = Owner {
    email: "ada.lovelace.king@example.test",
    name: "Ada Lovelace",
    has_second_factor: false,
};

fn cheap() -> Passwords {
    Passwords::new(Work { memory_kib: 8, passes: 1, lanes: 1 }).unwrap()
}

#[track_caller]
fn refused(password: &str, owner: Owner<'_>, wrong: Option<&str>) {
    let mut noted = Check::new();
    check(&mut noted, "password", password, owner);
    let told = noted.done().err().map(|it| it.to_string());
    let wrong = wrong.map(|it| format!("input.password: {it}"));
    assert_eq!(told, wrong, "{password:?}");
}

#[test]
fn the_length_is_counted_in_bytes() {
    let unlike = |bytes: usize| "x7Q".repeat(342)[..bytes].replacen("x7Q", "ma9", 1);
    refused(&unlike(14), ADA, Some("must have 15 to 1024 bytes, not 14"));
    refused(&unlike(15), ADA, None);
    refused(&unlike(1_024), ADA, None);
    refused(&(unlike(1_024) + "y"), ADA, Some("must have 15 to 1024 bytes, not 1025"));
    refused("pässwörtlich 7", ADA, None);
}

#[test]
fn beside_a_code_it_may_be_short() {
    let owner = Owner { has_second_factor: true, ..ADA };
    refused("w9 kettle", owner, None);
    refused("w9 kett", owner, Some("must have 8 to 1024 bytes, not 7"));
}

#[test]
fn blanks_and_nul_are_refused() {
    refused(&" ".repeat(15), ADA, Some("must not be blank"));
    refused(&"\u{3000}".repeat(5), ADA, Some("must not be blank"));
    refused("correct horse\0battery", ADA, Some("must not contain a NUL character"));
    refused("correct horse battery", ADA, None);
}

#[test]
fn what_everybody_tries_first_is_refused() {
    let guessed = Some("is among the first that somebody would guess");
    for password in [
        "passwordpassword",
        "PasswordPassword",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "123456789012345678",
        "abcdefghijklmnop",
        "qwertyuiopasdfghjkl",
        "vigilvigilvigil",
        "ada.lovelace.king",
        "Ada.Lovelace.King2026",
        "ada.lovelace.king@example.test",
        "Ada Lovelace Ada Lovelace",
    ] {
        refused(password, ADA, guessed);
    }
    refused("Grace2026", Owner { has_second_factor: true, name: "Grace", ..ADA }, guessed);
    refused("iloveyou", Owner { has_second_factor: true, ..ADA }, guessed);
}

#[tokio::test]
async fn a_password_is_right_exactly_as_it_was_chosen() {
    let passwords = cheap();
    let hash = passwords.hash(&Entropy::seeded(1), "Kettle and thyme").await.unwrap();

    assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
    for (password, is_right) in [
        ("Kettle and thyme", true),
        ("kettle and thyme", false),
        (" Kettle and thyme", false),
        ("Kettle and thyme\0", false),
        ("", false),
        (&"K".repeat(1_025), false),
    ] {
        let verdict = passwords.verify(password, Some(hash.clone())).await.unwrap();
        assert_eq!(verdict, Verdict { is_right, is_weak: false }, "{password:?}");
    }
}

#[tokio::test]
async fn the_password_of_nobody_is_always_wrong() {
    let passwords = cheap();
    for password in ["nobody", ""] {
        assert!(!passwords.verify(password, None).await.unwrap().is_right);
    }
    assert!(!passwords.verify("", Some("no hash".to_owned())).await.unwrap().is_right);
}

#[tokio::test]
async fn a_hash_of_less_work_is_told() {
    let hash = cheap().hash(&Entropy::seeded(1), "Kettle and thyme").await.unwrap();
    let raised = Passwords::new(Work { memory_kib: 8, passes: 2, lanes: 1 }).unwrap();

    let verdict = raised.verify("Kettle and thyme", Some(hash)).await.unwrap();

    assert_eq!(verdict, Verdict { is_right: true, is_weak: true });
}

#[tokio::test]
async fn too_many_at_once_are_turned_away() {
    let passwords = cheap();
    let cores = thread::available_parallelism().unwrap().get();

    // Nobody is done before all have asked.
    let gate = Arc::new(Mutex::new(()));
    let shut = gate.lock().unwrap();
    let wait = || {
        let gate = gate.clone();
        passwords.in_turn(move || drop(gate.lock()))
    };
    let asked = join_all((0..cores + QUEUE_MAX + 10).map(|_| wait()));
    let (answers, ()) = join(asked, async { drop(shut) }).await;

    let refused: Vec<_> = answers.iter().filter_map(|it| it.as_ref().err()).collect();
    assert_eq!(refused.len(), 10);
    assert!(refused.iter().all(|it| it.to_string().contains("try again")), "{refused:?}");
    assert!(wait().await.is_ok(), "a place is free again");
}

/// Prints how many people can sign in: `cargo nextest run -p service real_work --no-capture`.
#[tokio::test(flavor = "multi_thread")]
async fn a_hash_of_real_work_takes_a_while() {
    const COUNT: u32 = 20;
    let passwords = Passwords::new(Work::default()).unwrap();
    let hash = passwords.hash(&Entropy::seeded(1), "Kettle and thyme").await.unwrap();
    let start = Instant::now();

    let asked = (0..COUNT).map(|_| passwords.verify("Kettle and thyme", Some(hash.clone())));
    let answers = join_all(asked).await;

    let (took, cores) = (start.elapsed(), thread::available_parallelism().unwrap());
    eprintln!("{:.0} sign-ins a second on {cores} cores", f64::from(COUNT) / took.as_secs_f64());
    assert!(answers.into_iter().all(|it| it.unwrap().is_right));
    assert!(took / COUNT > Duration::from_millis(1), "{took:?}: it can be guessed too fast");
}
