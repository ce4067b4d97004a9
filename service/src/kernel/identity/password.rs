//! Passwords: argon2id, slow on purpose, and so a bounded number at a time.

use {
    super::token::Entropy,
    crate::kernel::{
        check::{Check, Violation},
        error::{Error, ErrorCode, Result},
    },
    argon2::{
        Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
        password_hash::phc::PasswordHash,
    },
    std::{
        collections::HashSet,
        sync::{Arc, LazyLock, OnceLock},
        thread,
    },
    tokio::{sync::Semaphore, task::spawn_blocking},
};

/// How many bytes a password has at least when it is all that is asked for.
pub const BYTES_MIN: usize = 15;
/// How many when there is a second factor.
pub const BYTES_MIN_BESIDE_CODE: usize = 8;
/// How many at most.
pub const BYTES_MAX: usize = 1_024;
/// How many requests wait for a core before further ones are turned away.
const QUEUE_MAX: usize = 20;
const SALT_BYTES: usize = 16;
/// What people choose, one a line, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

static COMMON_PASSWORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.lines().collect());

/// How much work a hash takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Work {
    /// What OWASP asks for at least, and about 20 ms of a core.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// Hashes passwords, and tells whether one is right.
pub struct Passwords {
    argon2: Argon2<'static>,
    /// One a core: more at once would only be slower together.
    cores: Arc<Semaphore>,
    places: Arc<Semaphore>,
    /// What the password of nobody is compared with, so that nobody takes as long as somebody.
    nobody: OnceLock<String>,
}

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the password is right.
    pub is_right: bool,
    /// Whether its hash takes less work than is asked for by now.
    pub is_weak: bool,
}

impl Passwords {
    /// Hashes that take so much work. Fails when argon2 does not take the figures.
    pub fn new(work: Work) -> Result<Self, String> {
        let Work { memory_kib, passes, lanes } = work;
        let params = Params::new(memory_kib, passes, lanes, None).map_err(|it| it.to_string())?;
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            cores: Arc::new(Semaphore::new(cores)),
            places: Arc::new(Semaphore::new(cores + QUEUE_MAX)),
            nobody: OnceLock::new(),
        })
    }

    /// The hash of a password, in PHC form.
    pub async fn hash(&self, entropy: &Entropy, password: &str) -> Result<String> {
        let (argon2, salt) = (self.argon2.clone(), entropy.bytes::<SALT_BYTES>());
        let password = password.to_owned();
        self.in_turn(move || hash(&argon2, password.as_bytes(), &salt)).await
    }

    /// Whether a password is the one of a hash, exactly as it was received. Without a hash it is
    /// wrong, and takes as long to be so.
    pub async fn verify(&self, password: &str, of: Option<String>) -> Result<Verdict> {
        let argon2 = self.argon2.clone();
        let is_somebody = of.is_some();
        let nobody = || hash(&argon2, b"nobody", &[0; SALT_BYTES]);
        let of = of.unwrap_or_else(|| self.nobody.get_or_init(nobody).clone());
        let password = if password.len() > BYTES_MAX { String::new() } else { password.to_owned() };
        let argon2 = self.argon2.clone();
        let judge = move || {
            // A hash that cannot be read is nobody's password.
            let Ok(of) = PasswordHash::new(&of) else {
                return Verdict { is_right: false, is_weak: false };
            };
            let is_right = argon2.verify_password(password.as_bytes(), &of).is_ok();
            Verdict { is_right, is_weak: is_weaker(&of, argon2.params()) }
        };
        let verdict = self.in_turn(judge).await?;
        Ok(Verdict { is_right: verdict.is_right && is_somebody, ..verdict })
    }

    /// Runs slow work when a core is free; turns it away when too many wait for one.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| overloaded())?;
        let core = self.cores.clone().acquire_owned().await.map_err(|_| overloaded())?;
        // Both are held until the work is done, even when nobody waits for it any more.
        let held = spawn_blocking(move || {
            let done = work();
            drop((core, place));
            done
        });
        held.await.map_err(|_| overloaded())
    }
}

fn hash(argon2: &Argon2<'_>, password: &[u8], salt: &[u8]) -> String {
    let hash = argon2.hash_password_with_salt(password, salt);
    hash.expect("argon2 takes any password, and a salt of 16 bytes").to_string()
}

fn is_weaker(of: &PasswordHash, asked: &Params) -> bool {
    let Ok(used) = Params::try_from(of) else { return true };
    (used.m_cost(), used.t_cost()) < (asked.m_cost(), asked.t_cost())
        || used.t_cost() < asked.t_cost()
}

fn overloaded() -> Error {
    let message = "too many people sign in just now: try again in a few seconds".to_owned();
    Violation { code: ErrorCode::RateLimited, path: vec!["input".to_owned()], message }.into()
}

/// Whose password it will be, as far as the password must not repeat it.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The e-mail address.
    pub email: &'a str,
    /// The full name.
    pub name: &'a str,
    /// Whether a second factor is asked for beside the password.
    pub has_second_factor: bool,
}

/// Notes what is wrong with a password that somebody chooses. There are no rules of composition.
pub fn check(check: &mut Check, field: &str, password: &str, owner: Owner<'_>) {
    let min = if owner.has_second_factor { BYTES_MIN_BESIDE_CODE } else { BYTES_MIN };
    let bytes = password.len();
    if !(min..=BYTES_MAX).contains(&bytes) {
        check.refuse(field, format!("must have {min} to {BYTES_MAX} bytes, not {bytes}"));
    } else if password.contains('\0') {
        check.refuse(field, "must not contain a NUL character");
    } else if password.trim().is_empty() {
        check.refuse(field, "must not be blank");
    } else if is_common(password, owner) {
        check.refuse(field, "is among the first that somebody would guess");
    }
}

/// Whether a password is one that many have chosen, or can be told from whose it is.
fn is_common(password: &str, owner: Owner<'_>) -> bool {
    let (folded, plain) = (password.to_lowercase(), plain_of(password));
    let mailbox = owner.email.split('@').next().unwrap_or_default();
    let own = [owner.email, mailbox, owner.name, "vigil"].map(plain_of);
    let is_known = |it: &str| {
        COMMON_PASSWORDS.contains(it) || own.iter().any(|own| !own.is_empty() && own == it)
    };
    is_known(&folded)
        || is_known(&plain)
        || is_known(plain.trim_end_matches(|it: char| it.is_ascii_digit()))
        || unit(&plain).is_some_and(|it| it.chars().count() <= 3 || is_known(it))
        || is_run(&plain)
}

/// The letters and digits of a text, in lower case.
fn plain_of(text: &str) -> String {
    text.to_lowercase().chars().filter(|it| it.is_alphanumeric()).collect()
}

/// What a text consists of when it is nothing but repetitions: `abc` of `abcabcab`.
fn unit(text: &str) -> Option<&str> {
    let lengths = text.char_indices().map(|(at, _)| at).skip(1);
    lengths.take_while(|it| it * 2 <= text.len()).find_map(|length| {
        let unit = text.get(..length)?;
        unit.chars().cycle().zip(text.chars()).all(|(a, b)| a == b).then_some(unit)
    })
}

/// Whether a text counts up or down all along: `abcdefgh`, `87654321`.
fn is_run(text: &str) -> bool {
    let codes: Vec<_> = text.chars().map(u32::from).collect();
    let steps: HashSet<_> =
        codes.windows(2).map(|pair| i64::from(pair[1]) - i64::from(pair[0])).collect();
    codes.len() > 2 && steps.iter().all(|step| [1, -1, -9, 9].contains(step)) && steps.len() <= 2
}

#[cfg(test)]
mod tests;
