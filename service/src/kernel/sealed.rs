//! Sealing: columns that only who holds the key can read.
//!
//! AES-256-GCM. A sealed value is `version | key id | nonce | text | tag`, and bound to its place
//! (table, column, row) and key: moved to another row, it does not open. The newest key seals, the
//! older ones still open; [`rotate`] seals everything anew.
//!
//! # Sealing a column
//!
//! It is a `Sealed<…>` in the entity, a blob in the migration, and a line in [`rotate`].

mod keyring;
mod rotation;

pub use {
    keyring::{Keyring, KeyringError},
    rotation::rotate,
};

use {
    super::identity::token::Entropy,
    entity::sealed::Sealed,
    ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    std::fmt,
    uuid::Uuid,
};

const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 4;
const HEAD_BYTES: usize = 1 + KEY_ID_BYTES + NONCE_LEN;
/// How long a key is.
pub(crate) const KEY_BYTES: usize = 32;

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's key.
    pub row: &'a str,
}

/// Why a value cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// There is no key to seal with.
    #[error("there is no key: set keys_file, or run `vigil doctor`")]
    NoKey,
    /// It was sealed with a key that is not here.
    #[error("it was sealed with key {0}, which is not in the key file")]
    UnknownKey(u32),
    /// It is not what was sealed, or stands elsewhere.
    #[error("it was damaged, or moved from another place")]
    Broken,
}

/// What can be sealed.
pub trait Content: Sized {
    /// As bytes.
    fn to_bytes(&self) -> Vec<u8>;
    /// From the bytes that were sealed.
    fn from_bytes(bytes: Vec<u8>) -> Option<Self>;
}

impl Content for Vec<u8> {
    fn to_bytes(&self) -> Vec<u8> {
        self.clone()
    }

    fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        Some(bytes)
    }
}

impl Content for String {
    fn to_bytes(&self) -> Vec<u8> {
        self.clone().into_bytes()
    }

    fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        Self::from_utf8(bytes).ok()
    }
}

/// A key, and the number that sealed values know it by. It does not show itself.
#[derive(Clone)]
pub(crate) struct Key {
    id: u32,
    bytes: [u8; KEY_BYTES],
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

impl Key {
    fn seal(&self, nonce: [u8; NONCE_LEN], place: Place<'_>, mut text: Vec<u8>) -> Vec<u8> {
        let tag = self.cipher().seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(self.bound_to(place)),
            &mut text,
        );
        let tag = tag.expect("a column is shorter than 64 GiB");
        [&[VERSION], &self.id.to_be_bytes()[..], &nonce, &text, tag.as_ref()].concat()
    }

    fn open(&self, place: Place<'_>, sealed: &[u8]) -> Option<Vec<u8>> {
        let nonce = sealed.get(1 + KEY_ID_BYTES..HEAD_BYTES)?.try_into().ok()?;
        let mut text = sealed.get(HEAD_BYTES..)?.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self.cipher().open_in_place(nonce, Aad::from(self.bound_to(place)), &mut text);
        opened.ok().map(|it| it.to_vec())
    }

    fn cipher(&self) -> LessSafeKey {
        let key = UnboundKey::new(&AES_256_GCM, &self.bytes);
        LessSafeKey::new(key.expect("a key has 32 bytes"))
    }

    fn bound_to(&self, Place { table, column, row }: Place<'_>) -> Vec<u8> {
        format!("{table}\0{column}\0{row}\0{}", self.id).into_bytes()
    }
}

/// The number of the key that something was sealed with.
fn key_id(sealed: &[u8]) -> Option<u32> {
    let (version, rest) = sealed.split_first()?;
    let id = rest.first_chunk::<KEY_ID_BYTES>()?;
    (*version == VERSION).then(|| u32::from_be_bytes(*id))
}

impl Keyring {
    /// Seals a value for its place, with the newest key.
    pub fn seal<T: Content>(
        &self,
        entropy: &Entropy,
        place: Place<'_>,
        content: &T,
    ) -> Result<Sealed<T>, SealError> {
        let key = self.newest().ok_or(SealError::NoKey)?;
        Ok(Sealed::from_bytes(key.seal(entropy.bytes(), place, content.to_bytes())))
    }

    /// Opens a value at its place.
    pub fn open<T: Content>(&self, place: Place<'_>, sealed: &Sealed<T>) -> Result<T, SealError> {
        let id = key_id(sealed.as_bytes()).ok_or(SealError::Broken)?;
        let key = self.key(id).ok_or(SealError::UnknownKey(id))?;
        let text = key.open(place, sealed.as_bytes()).ok_or(SealError::Broken)?;
        T::from_bytes(text).ok_or(SealError::Broken)
    }
}

/// The place of a row that has a UUID.
pub(crate) fn row(id: impl Into<Uuid>) -> String {
    id.into().to_string()
}

#[cfg(test)]
mod tests;
