//! Fernet: a text that only the holder of a key can read or change. AES-128-CBC under HMAC-SHA256, as its
//! specification says (version 0x80). A token opens whatever the clock says: nothing here expires.

use aes::Aes128;
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::Zeroizing;
use sha2::Sha256;

/// URL-safe base64; what others wrote without padding is read too.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const VERSION: u8 = 0x80;
/// Version, seconds, initialisation vector.
const HEAD: usize = 1 + 8 + 16;
const SIGNATURE: usize = 32;

/// A key: sixteen bytes that sign and sixteen that encrypt. Wiped from memory when dropped.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A key of these bytes.
    pub fn of(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads a key as Fernet writes it: 32 bytes in URL-safe base64. `Err` says how many bytes it has instead, or that
    /// it is no base64 at all.
    pub fn read(text: &str) -> Result<Self, Option<usize>> {
        let bytes = Zeroizing::new(BASE64.decode(text.trim()).map_err(|_| None)?);
        let length = bytes.len();
        <[u8; 32]>::try_from(bytes.as_slice()).map(Self::of).map_err(|_| Some(length))
    }

    /// The key as text.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(self.0.as_slice()))
    }

    /// Encrypts and signs `plain`. `at`: unix seconds, kept in the token in clear; `iv` has to be random.
    pub fn seal(&self, plain: &[u8], at: u64, iv: [u8; 16]) -> String {
        let mut token = vec![VERSION];
        token.extend(at.to_be_bytes());
        token.extend(iv);
        let (_, encrypting) = self.halves();
        let cipher = cbc::Encryptor::<Aes128>::new(&encrypting.into(), &iv.into());
        token.extend(cipher.encrypt_padded_vec::<Pkcs7>(plain));
        let signature = self.signer(&token).finalize().into_bytes();
        token.extend(signature);
        BASE64.encode(token)
    }

    /// What `token` holds; `None` when another key made it or somebody changed it. The signature is compared before
    /// anything is decrypted, in a time that does not depend on where it differs.
    pub fn open(&self, token: &str) -> Option<Zeroizing<Vec<u8>>> {
        let token = BASE64.decode(token.trim()).ok()?;
        let (signed, signature) = token.split_at_checked(token.len().checked_sub(SIGNATURE)?)?;
        self.signer(signed).verify_slice(signature).ok()?;
        let (head, encrypted) = signed.split_at_checked(HEAD)?;
        let iv: [u8; 16] = head.get(9..)?.try_into().ok()?;
        if head.first() != Some(&VERSION) {
            return None;
        }
        let (_, encrypting) = self.halves();
        let cipher = cbc::Decryptor::<Aes128>::new(&encrypting.into(), &iv.into());
        cipher.decrypt_padded_vec::<Pkcs7>(encrypted).ok().map(Zeroizing::new)
    }

    fn signer(&self, signed: &[u8]) -> Hmac<Sha256> {
        let (signing, _) = self.halves();
        // A key of any length is taken; this one has sixteen bytes.
        let mut signer = <Hmac<Sha256> as KeyInit>::new(&block(&signing));
        signer.update(signed);
        signer
    }

    fn halves(&self) -> ([u8; 16], [u8; 16]) {
        let (mut signing, mut encrypting) = ([0; 16], [0; 16]);
        for (to, from) in signing.iter_mut().chain(&mut encrypting).zip(self.0.iter()) {
            *to = *from;
        }
        (signing, encrypting)
    }
}

/// A short key for HMAC is filled with zeros to the length of a block, by its definition.
fn block(key: &[u8; 16]) -> hmac::digest::Key<Hmac<Sha256>> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // The vector of the specification: what was sealed, when, with which key and vector.
    const SECRET: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
    const TOKEN: &str =
        "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
    const AT: u64 = 499_162_800;

    fn iv() -> [u8; 16] {
        std::array::from_fn(|at| at as u8)
    }

    #[test]
    fn the_vector_of_the_specification_is_made_and_read() {
        let key = Key::read(SECRET).unwrap();
        assert_eq!(key.seal(b"hello", AT, iv()), TOKEN);
        assert_eq!(**key.open(TOKEN).unwrap(), *b"hello");
        assert_eq!(*key.text(), SECRET);
        assert!(!format!("{key:?}").contains("cw_0"));
    }

    #[test]
    fn a_token_from_any_time_opens() {
        let key = Key::of([7; 32]);
        for at in [0, AT, 4_102_444_800, u64::MAX] {
            assert_eq!(**key.open(&key.seal(b"kept", at, iv())).unwrap(), *b"kept", "{at}");
        }
    }

    #[test]
    fn what_is_no_key_says_what_it_is_instead() {
        assert_eq!(Key::read("c2hvcnQ=").err(), Some(Some(5)));
        assert_eq!(Key::read("not base64 at all!").err(), Some(None));
        assert!(Key::read(SECRET.trim_end_matches('=')).is_ok(), "padding is a formality");
    }

    #[test]
    fn tokens_of_others_and_fragments_stay_shut() {
        let key = Key::read(SECRET).unwrap();
        assert!(Key::of([1; 32]).open(TOKEN).is_none());
        for token in ["", "gAAAAA==", "%%%", &TOKEN[..60], &TOKEN[4..]] {
            assert!(key.open(token).is_none(), "{token}");
        }
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_and_one_changed_byte_shuts_it(plain in prop::collection::vec(any::<u8>(), 0..200),
            at in any::<u64>(), place in any::<prop::sample::Index>(), flip in 1_u8..) {
            let key = Key::of([3; 32]);
            let token = key.seal(&plain, at, iv());
            prop_assert_eq!(&**key.open(&token).unwrap(), &plain);
            let mut bytes = BASE64.decode(&token).unwrap();
            let place = place.index(bytes.len());
            bytes[place] ^= flip;
            prop_assert!(key.open(&BASE64.encode(bytes)).is_none());
        }
    }
}
