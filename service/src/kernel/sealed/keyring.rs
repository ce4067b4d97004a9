//! The keys: from a file that only its owner can read, or from a setting.

use {
    super::{KEY_BYTES, Key},
    crate::kernel::identity::token::Entropy,
    base64::{Engine, engine::general_purpose::STANDARD},
    std::{
        fs::{self, File, OpenOptions},
        io::{self, Write},
        path::{Path, PathBuf},
        sync::{PoisonError, RwLock},
    },
};

const HEAD: &str = "# The keys that Vigil seals columns with: a number and 32 bytes in base 64, the newest last.\n\
                    # Keep a copy elsewhere: without them, what was sealed is lost.\n";
/// What a key file may let others do on Unix: nothing.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// The keys that open sealed columns; the newest seals.
#[derive(Debug, Default)]
pub struct Keyring {
    keys: RwLock<Vec<Key>>,
    file: Option<PathBuf>,
}

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The file could not be read or written.
    #[error("the key file {path} cannot be used: {cause}")]
    File {
        /// Which.
        path: String,
        /// Why.
        cause: io::Error,
    },
    /// Others can read the file.
    #[error("the key file {0} can be read by others: `chmod 600` it")]
    TooOpen(String),
    /// A line is not a number and a key.
    #[error("line {0} of the keys is not a number and 32 bytes in base 64")]
    Malformed(usize),
    /// There is none.
    #[error("there is no key among the keys")]
    Empty,
}

impl Keyring {
    /// Keys as text: a line each, its number and 32 bytes in base 64; `;` may stand for a new line.
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        Ok(Self { keys: RwLock::new(parse(text)?), file: None })
    }

    /// The keys of a file.
    pub fn read(path: &Path) -> Result<Self, KeyringError> {
        Ok(Self { keys: RwLock::new(read(path)?), file: Some(path.to_owned()) })
    }

    /// The keys of a file, which is made with one new key if it is not there; and whether it was.
    pub fn read_or_make(path: &Path, entropy: &Entropy) -> Result<(Self, bool), KeyringError> {
        if path.exists() {
            return Ok((Self::read(path)?, false));
        }
        let _alone = alone(path)?;
        // Somebody else may have made it meanwhile.
        let is_new = !path.exists();
        if is_new {
            write(path, &[Key { id: 1, bytes: entropy.bytes() }])?;
        }
        Ok((Self::read(path)?, is_new))
    }

    /// Adds a key to the file, with which everything is sealed from now on: its number.
    pub fn add(&self, entropy: &Entropy) -> Result<u32, KeyringError> {
        let path = self.file.as_deref().ok_or(KeyringError::Empty)?;
        let _alone = alone(path)?;
        let mut keys = read(path)?;
        let id = keys.iter().map(|it| it.id).max().unwrap_or_default() + 1;
        keys.push(Key { id, bytes: entropy.bytes() });
        write(path, &keys)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(id)
    }

    /// Whether the keys come from a file, so that one can be added.
    pub fn is_file(&self) -> bool {
        self.file.is_some()
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn newest(&self) -> Option<Key> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }

    /// The key with a number. One that is not known may have been added to the file since.
    pub(super) fn key(&self, id: u32) -> Option<Key> {
        if let Some(key) = self.known(id) {
            return Some(key);
        }
        let keys = read(self.file.as_deref()?).ok()?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        self.known(id)
    }

    fn known(&self, id: u32) -> Option<Key> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|it| it.id == id).cloned()
    }
}

fn parse(text: &str) -> Result<Vec<Key>, KeyringError> {
    let lines = text.split(['\n', ';']).map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let keys = lines.map(|(at, line)| key(line).ok_or(KeyringError::Malformed(at + 1)));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() { Err(KeyringError::Empty) } else { Ok(keys) }
}

fn key(line: &str) -> Option<Key> {
    let (id, bytes) = line.split_once(' ')?;
    let bytes: [u8; KEY_BYTES] = STANDARD.decode(bytes.trim()).ok()?.try_into().ok()?;
    Some(Key { id: id.parse().ok()?, bytes })
}

fn read(path: &Path) -> Result<Vec<Key>, KeyringError> {
    let failed = |cause| KeyringError::File { path: path.display().to_string(), cause };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path).map_err(failed)?.permissions().mode() & OTHERS != 0 {
            return Err(KeyringError::TooOpen(path.display().to_string()));
        }
    }
    parse(&fs::read_to_string(path).map_err(failed)?)
}

/// Waits until nobody else changes the file, and keeps others from it until what this answers is dropped, or the process
/// ends. The lock is on a file of its own, which stays: the key file itself is replaced by another.
fn alone(path: &Path) -> Result<File, KeyringError> {
    let beside = path.with_extension("lock");
    let locked = (|| {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&beside)?;
        file.lock()?;
        Ok(file)
    })();
    locked.map_err(|cause| KeyringError::File { path: beside.display().to_string(), cause })
}

/// Writes beside the file, and then puts it in its place: no moment is without the older keys. Whoever does that is
/// alone: what lies there already was left behind by somebody who was stopped.
fn write(path: &Path, keys: &[Key]) -> Result<(), KeyringError> {
    let beside = path.with_extension("new");
    let written = (|| {
        match fs::remove_file(&beside) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(HEAD.as_bytes())?;
        for Key { id, bytes } in keys {
            writeln!(file, "{id} {}", STANDARD.encode(bytes))?;
        }
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    written.map_err(|cause| KeyringError::File { path: beside.display().to_string(), cause })
}
