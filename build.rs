//! Tells the linker what the compiler does not.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let of_target = |key: &str| std::env::var(key).unwrap_or_default();
    // Relocations take 30 times less room so, of the file and of memory. A linker that does not know it says so and
    // goes on; where the C library is too old to read it (before glibc 2.36), its linker is too.
    if of_target("CARGO_CFG_TARGET_OS") == "linux" && of_target("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
