//! Documents that were seen before, and documents that are trusted.

use {
    super::document::Document,
    crate::settings::Limits,
    lru::LruCache,
    sha2::{Digest, Sha256},
    std::{
        collections::HashMap,
        fmt::Write,
        fs, io,
        path::Path,
        sync::{Arc, Mutex, PoisonError},
    },
};

/// What a document is known by: the SHA-256 of its text.
pub(crate) type Hash = [u8; 32];

/// What the id of a trusted document begins with when the rest is its SHA-256.
const SHA256: &str = "sha256:";

/// The documents that were run lately, parsed and validated; bounded in number and in size.
pub(crate) struct Recent {
    kept: Mutex<Kept>,
    documents_max: usize,
    bytes_max: usize,
}

/// Documents with the size of their texts, and the sum of the sizes.
struct Kept {
    documents: LruCache<Hash, (Arc<Document>, usize)>,
    bytes: usize,
}

impl Recent {
    /// None so far.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            kept: Mutex::new(Kept { documents: LruCache::unbounded(), bytes: 0 }),
            documents_max: limits.documents_max,
            bytes_max: limits.documents_bytes_max,
        }
    }

    /// A document, if it was run lately.
    pub(crate) fn get(&self, hash: &Hash) -> Option<Arc<Document>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.documents.get(hash).map(|(document, _)| document.clone())
    }

    /// Remembers a document, and forgets those that were run the longest ago.
    pub(crate) fn put(&self, hash: Hash, document: Arc<Document>, bytes: usize) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += bytes;
        if let Some((_, replaced)) = kept.documents.put(hash, (document, bytes)) {
            kept.bytes -= replaced;
        }
        while kept.documents.len() > self.documents_max || kept.bytes > self.bytes_max {
            let Some((_, (_, forgotten))) = kept.documents.pop_lru() else { break };
            kept.bytes -= forgotten;
        }
    }
}

/// The documents that the front ends were built with: their texts by id.
#[derive(Default)]
pub(crate) struct Trusted {
    texts: HashMap<String, (Hash, Arc<str>)>,
    hashes: HashMap<Hash, Arc<str>>,
}

impl Trusted {
    /// Reads the file that graphql-codegen's client preset writes: `{"<hash>": "<document>"}`.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let texts: HashMap<String, String> = serde_json::from_slice(&fs::read(path)?)?;
        Ok(Self::of(texts))
    }

    fn of(texts: HashMap<String, String>) -> Self {
        let mut trusted = Self::default();
        for (key, text) in texts {
            let (hash, text) = (hash(&text), Arc::<str>::from(text));
            // The preset's own key may be of another algorithm; the hash holds in any case.
            trusted.texts.insert(key, (hash, text.clone()));
            trusted.hashes.insert(hash, text);
        }
        trusted
    }

    /// A document by its id: `sha256:` and a hash, or a key of the file.
    pub(crate) fn by_id(&self, id: &str) -> Option<(Hash, Arc<str>)> {
        if let Some(hash) = id.strip_prefix(SHA256).and_then(parse_hash) {
            return Some((hash, self.by_hash(&hash)?));
        }
        self.texts.get(id).cloned()
    }

    /// A document by the SHA-256 of its text.
    pub(crate) fn by_hash(&self, hash: &Hash) -> Option<Arc<str>> {
        self.hashes.get(hash).cloned()
    }
}

/// The SHA-256 of a text.
pub(crate) fn hash(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

/// What a text is known by, as an entity tag.
pub(crate) fn tag(text: &str) -> String {
    format!("\"{}\"", digits(&hash(text)))
}

fn digits(hash: &Hash) -> String {
    hash.iter().fold(String::new(), |mut digits, byte| {
        // Writing into a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A hash that is written in 64 hexadecimal digits.
pub(crate) fn parse_hash(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 2 * hash.len() || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        apollo_compiler::{Schema, ast},
    };

    const HELLO: &str = "{ hello }";
    const HELLO_SHA256: &str = "7ab2d1c2b7ed1c6a7e9b1a2f";

    fn document() -> Arc<Document> {
        let schema = Schema::parse_and_validate("type Query { hello: Int }", "schema").unwrap();
        let parsed = ast::Document::parse(HELLO, "document").unwrap();
        Arc::new(Document::of(&schema, &parsed, HELLO, 1).unwrap())
    }

    fn recent(documents_max: usize, documents_bytes_max: usize) -> Recent {
        Recent::new(&Limits { documents_max, documents_bytes_max, ..Limits::default() })
    }

    #[test]
    fn the_document_that_was_run_the_longest_ago_is_forgotten() {
        let recent = recent(2, 1_000);
        recent.put([1; 32], document(), 10);
        recent.put([2; 32], document(), 10);
        recent.get(&[1; 32]).unwrap();

        recent.put([3; 32], document(), 10);

        assert!(recent.get(&[1; 32]).is_some());
        assert!(recent.get(&[2; 32]).is_none());
        assert!(recent.get(&[3; 32]).is_some());
    }

    #[test]
    fn the_texts_of_all_documents_have_a_bound() {
        let recent = recent(100, 30);
        for number in 0..10 {
            recent.put([number; 32], document(), 10);
            // The same again takes no more room.
            recent.put([number; 32], document(), 10);
        }

        let kept = (0..10).filter(|number| recent.get(&[*number; 32]).is_some());
        assert_eq!(kept.collect::<Vec<_>>(), [7, 8, 9]);
    }

    #[test]
    fn a_trusted_document_has_two_ids() {
        let trusted = Trusted::of(HashMap::from([(HELLO_SHA256.to_owned(), HELLO.to_owned())]));
        let digits = digits(&hash(HELLO));

        assert_eq!(trusted.by_id(HELLO_SHA256).unwrap().1.as_ref(), HELLO);
        assert_eq!(trusted.by_id(&format!("sha256:{digits}")).unwrap().1.as_ref(), HELLO);
        assert!(trusted.by_id("sha256:00").is_none());
        assert!(trusted.by_id(&digits).is_none());
    }

    #[test]
    fn a_hash_is_64_digits() {
        assert_eq!(parse_hash(&"0f".repeat(32)), Some([15; 32]));
        assert_eq!(parse_hash(&"+f".repeat(32)), None);
        assert_eq!(parse_hash("0f"), None);
    }
}
