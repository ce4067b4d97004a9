//! Tokens: secrets that a program sends to show who it is. Only their SHA-256 is stored.

use {
    rand::{RngCore, SeedableRng},
    rand_chacha::ChaCha20Rng,
    sha2::{Digest, Sha256},
    std::{
        fmt,
        sync::{Mutex, PoisonError},
    },
};

/// How many random bytes make a secret: 256 bits.
const SECRET_BYTES: usize = 32;
/// As many digits of base 32 as that takes.
const SECRET_DIGITS: usize = 52;
/// How many digits a key is told from others by, and how many catch a key that was cut or mistyped.
const PREFIX_DIGITS: usize = 8;
const CHECK_DIGITS: usize = 6;
const SESSION: &str = "vgs_";
const MAILED: &str = "vgm_";
const KEY: &str = "vgl_";
const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Where secrets come from: the operating system, or a test.
pub struct Entropy(Mutex<ChaCha20Rng>);

impl Entropy {
    /// Secrets that nobody can guess.
    pub fn random() -> Self {
        Self(Mutex::new(ChaCha20Rng::from_os_rng()))
    }

    /// The same secrets for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }

    /// Some random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }
}

/// A secret in the clear, on its way to the one it is for. It does not show itself in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// A token that somebody presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    /// A session's, by its hash.
    Session(String),
    /// A key, by its hash.
    Key(String),
}

impl Token {
    /// A new token for a session.
    pub fn session(entropy: &Entropy) -> Self {
        Self(format!("{SESSION}{}", secret(entropy)))
    }

    /// A new token to be mailed.
    pub fn mailed(entropy: &Entropy) -> Self {
        Self(format!("{MAILED}{}", secret(entropy)))
    }

    /// A new key: `vgl_<8 digits>_<secret>_<check>`; and its eight digits.
    pub fn key(entropy: &Entropy) -> (Self, String) {
        let prefix = base32(&entropy.bytes::<5>());
        let body = format!("{prefix}_{}", secret(entropy));
        (Self(format!("{KEY}{body}_{}", check(&body))), prefix)
    }

    /// In the clear.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> String {
        hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

impl Presented {
    /// What somebody presents, if it has the form of a token; no other need be looked up.
    pub fn read(text: &str) -> Option<Self> {
        let is_secret = |it: &str| it.len() == SECRET_DIGITS && it.bytes().all(is_digit);
        if let Some(secret) = text.strip_prefix(SESSION) {
            return is_secret(secret).then(|| Self::Session(hash(text)));
        }
        let (body, told) = text.strip_prefix(KEY)?.rsplit_once('_')?;
        let (prefix, secret) = body.split_once('_')?;
        let is_key = prefix.len() == PREFIX_DIGITS && prefix.bytes().all(is_digit);
        (is_key && is_secret(secret) && told == check(body)).then(|| Self::Key(hash(text)))
    }

    /// What is stored of it.
    pub fn hash(&self) -> &str {
        let (Self::Session(hash) | Self::Key(hash)) = self;
        hash
    }
}

/// What is stored of a secret: its SHA-256, in hexadecimal digits. A secret of 256 random bits
/// needs no salt and no slow hash: it cannot be guessed.
pub fn hash(secret: &str) -> String {
    let digest = Sha256::digest(secret);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Bytes in the digits of RFC 4648's base 32, in lower case and without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut pending, mut bits) = (0_u32, 0);
    for byte in bytes {
        (pending, bits) = (pending << 8 | u32::from(*byte), bits + 8);
        while bits >= 5 {
            bits -= 5;
            digits.push(digit(pending >> bits));
        }
    }
    if bits > 0 {
        digits.push(digit(pending << (5 - bits)));
    }
    digits
}

fn secret(entropy: &Entropy) -> String {
    base32(&entropy.bytes::<SECRET_BYTES>())
}

fn check(body: &str) -> String {
    base32(&Sha256::digest(body))[..CHECK_DIGITS].to_owned()
}

fn digit(value: u32) -> char {
    char::from(DIGITS[value as usize & 31])
}

fn is_digit(byte: u8) -> bool {
    DIGITS.contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_32_is_that_of_the_rfc() {
        for (bytes, digits) in
            [("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foobar", "mzxw6ytboi")]
        {
            assert_eq!(base32(bytes.as_bytes()), digits);
        }
    }

    #[test]
    fn a_token_is_recognised_as_what_it_is() {
        let entropy = Entropy::seeded(1);
        let (session, (key, prefix)) = (Token::session(&entropy), Token::key(&entropy));

        assert_eq!(Presented::read(session.reveal()), Some(Presented::Session(session.hash())));
        assert_eq!(Presented::read(key.reveal()), Some(Presented::Key(key.hash())));
        assert!(key.reveal().starts_with(&format!("vgl_{prefix}_")) && prefix.len() == 8);
        assert_eq!(Presented::read(Token::mailed(&entropy).reveal()), None);
    }

    #[test]
    fn a_key_that_was_cut_or_mistyped_is_none() {
        let (key, _) = Token::key(&Entropy::seeded(1));
        let key = key.reveal();
        for place in 0..key.len() {
            assert_eq!(Presented::read(&key[..place]), None);
            let mut other = key.as_bytes().to_vec();
            other[place] ^= 1;
            assert_eq!(Presented::read(&String::from_utf8(other).unwrap()), None, "{place}");
        }
    }

    #[test]
    fn a_token_does_not_show_itself() {
        let token = Token::session(&Entropy::random());
        assert_eq!(format!("{token:?}"), "Token");
    }
}
