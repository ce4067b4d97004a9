//! What opens, what does not, and what a key file must be.

use {
    super::*,
    std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, sync::Barrier, thread},
};

/// How many do something at the same moment.
const THREADS: usize = 8;

const PLACE: Place<'static> = Place { table: "two_factors", column: "secret", row: "1" };

fn keyring() -> Keyring {
    Keyring::parse("1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap()
}

fn sealed(text: &str) -> Sealed<String> {
    keyring().seal(&Entropy::seeded(1), PLACE, &text.to_owned()).unwrap()
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("vigil-keys-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind lies in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_was_sealed_opens_at_its_place_alone() {
    let (keyring, sealed) = (keyring(), sealed("the secret"));

    assert_eq!(keyring.open(PLACE, &sealed).as_deref(), Ok("the secret"));
    for other in [
        Place { table: "system_settings", ..PLACE },
        Place { column: "value", ..PLACE },
        Place { row: "2", ..PLACE },
    ] {
        assert_eq!(keyring.open(other, &sealed), Err(SealError::Broken), "{other:?}");
    }
}

#[test]
fn every_bit_of_it_counts() {
    let (keyring, sealed) = (keyring(), sealed("the secret"));
    let bytes = sealed.as_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut other = bytes.to_vec();
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(keyring.open(PLACE, &Sealed::<String>::from_bytes(other)).is_err(), "{bit}");
    }
    for length in 0..bytes.len() {
        let cut = Sealed::<String>::from_bytes(bytes[..length].to_vec());
        assert!(keyring.open(PLACE, &cut).is_err(), "{length}");
    }
}

#[test]
fn the_layout_is_the_one_that_is_promised() {
    let sealed = sealed("the secret");
    let bytes = sealed.as_bytes();

    assert_eq!(bytes[..5], [1, 0, 0, 0, 1]);
    assert_eq!(bytes.len(), 1 + 4 + 12 + "the secret".len() + 16);
    assert!(!bytes.windows(6).any(|it| it == b"secret"));
    assert_eq!(format!("{sealed:?}"), "Sealed");
}

#[test]
fn the_same_is_never_sealed_alike() {
    let (keyring, entropy) = (keyring(), Entropy::random());
    let seal = || keyring.seal(&entropy, PLACE, &"the secret".to_owned()).unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn an_older_key_opens_and_the_newest_seals() {
    let folder = Folder::new("older");
    let (path, entropy) = (folder.0.join("vigil.keys"), Entropy::seeded(1));
    let (keyring, is_new) = Keyring::read_or_make(&path, &entropy).unwrap();
    let first = keyring.seal(&entropy, PLACE, &"one".to_owned()).unwrap();
    let other_server = Keyring::read(&path).unwrap();

    assert_eq!(keyring.add(&entropy).unwrap(), 2);
    let second = keyring.seal(&entropy, PLACE, &"two".to_owned()).unwrap();

    assert!(is_new);
    assert_eq!((key_id(first.as_bytes()), key_id(second.as_bytes())), (Some(1), Some(2)));
    assert_eq!(keyring.open(PLACE, &first).as_deref(), Ok("one"));
    // A server that was started before hears of the new key from the file.
    assert_eq!(other_server.open(PLACE, &second).as_deref(), Ok("two"));
}

/// What so many threads find out at the same moment.
fn at_once<T: Send>(run: impl Fn() -> T + Sync) -> Vec<T> {
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        let threads = [(); THREADS].map(|()| {
            scope.spawn(|| {
                start.wait();
                run()
            })
        });
        threads.map(|it| it.join().unwrap()).into()
    })
}

#[test]
fn of_several_that_make_a_key_file_one_does() {
    let folder = Folder::new("made");
    let path = folder.0.join("vigil.keys");
    // Somebody was killed while he did.
    fs::write(path.with_extension("new"), "1 AAAA").unwrap();

    let made = at_once(|| Keyring::read_or_make(&path, &Entropy::random()).unwrap());

    assert_eq!(made.iter().filter(|(_, is_new)| *is_new).count(), 1);
    let sealed = made[0].0.seal(&Entropy::random(), PLACE, &"it".to_owned()).unwrap();
    for (keyring, _) in &made {
        assert_eq!(keyring.open(PLACE, &sealed).as_deref(), Ok("it"));
    }
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn of_several_that_add_a_key_none_loses_it() {
    let folder = Folder::new("added");
    let path = folder.0.join("vigil.keys");
    Keyring::read_or_make(&path, &Entropy::random()).unwrap();
    fs::write(path.with_extension("new"), "1 AAAA").unwrap();

    let mut added = at_once(|| Keyring::read(&path).unwrap().add(&Entropy::random()).unwrap());

    added.sort_unstable();
    assert!(added.iter().copied().eq((2..).take(THREADS)), "{added:?}");
    assert_eq!(Keyring::read(&path).unwrap().len(), THREADS + 1);
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let folder = Folder::new("open");
    let path = folder.0.join("vigil.keys");
    Keyring::read_or_make(&path, &Entropy::seeded(1)).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;

    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = Keyring::read(&path).unwrap_err().to_string();

    assert_eq!(mode, 0o600);
    assert!(refused.ends_with("can be read by others: `chmod 600` it"), "{refused}");
}

#[test]
fn keys_that_are_none_are_named() {
    for (text, told) in [
        ("", "there is no key among the keys"),
        ("# nothing\n", "there is no key among the keys"),
        ("1 AAAA", "line 1 of the keys is not a number and 32 bytes in base 64"),
        ("\none AAAA", "line 2 of the keys is not a number and 32 bytes in base 64"),
    ] {
        assert_eq!(Keyring::parse(text).unwrap_err().to_string(), told);
    }
}

#[test]
fn without_a_key_nothing_is_sealed() {
    let refused = Keyring::default().seal(&Entropy::seeded(1), PLACE, &"x".to_owned());
    assert_eq!(refused, Err(SealError::NoKey));
    let other = Keyring::parse("7 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
    assert_eq!(other.open(PLACE, &sealed("x")), Err(SealError::UnknownKey(1)));
}
