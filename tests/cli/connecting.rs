//! Connecting accounts, and where their keys are: through the real door, against the simulators.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use runsheet::demo::{Fault, FaultKind, WebPost};
use runsheet::secrets::fernet::Key;

use crate::home::{Home, Said};

const CONFIG: &str = "# mine\ntimezone = \"Europe/Berlin\" # home\n";

/// Nothing is connected; the simulators run.
fn unconnected() -> Home {
    let home = Home::new();
    home.write_config(CONFIG);
    home
}

fn url(home: &Home) -> String {
    home.demo.accounts[0].base_url.clone()
}

fn connect(home: &Home, key: &str, more: &[&str], env: &[(&str, &str)]) -> Said {
    let url = url(home);
    home.pipe_with(key, &[&["connect", "late", "--base-url", &url], more].concat(), env)
}

fn master(n: u8) -> String {
    Key::of([n; 32]).text().to_string()
}

fn config(home: &Home) -> String {
    std::fs::read_to_string(home.config()).unwrap()
}

fn keys_file(home: &Home) -> PathBuf {
    home.data().join("keys.fernet")
}

/// Everything that lies below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let path = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().path();
    let deep = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries.map(path).flat_map(deep).collect()
}

/// No file of this home, and nothing that was said, holds `key`; all files of ours are their owner's alone.
fn is_nowhere(home: &Home, key: &str, said: &[&Said]) {
    for file in files(home.folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(key.len()).any(|window| window == key.as_bytes());
        assert!(!found, "the key is in {}", file.display());
        #[cfg(unix)]
        if file.starts_with(home.data()) {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700), "{}", file.display());
        }
    }
    for said in said {
        assert!(!said.out.contains(key) && !said.err.contains(key), "the key was said: {said:?}");
    }
}

#[test]
fn a_piped_key_is_tried_kept_and_used_and_is_nowhere_in_clear() {
    let home = unconnected();
    let key = home.late_key().to_owned();
    let count = home.world().channels("late").len();
    let said = connect(&home, &format!("{key}\n"), &["--name", "work"], &[]).ended(0);
    assert!(said.out.starts_with(&format!("ok: {count} channels at Late")), "{said:?}");
    let said = said.says(&["an API key", "account \"work\" is added", "keys.fernet", "runsheet sync"]);
    let expected =
        format!("{CONFIG}\n[[account]]\nname = \"work\"\nprovider = \"late\"\nbase_url = \"{}\"\n", url(&home));
    assert_eq!(config(&home), expected);

    let synced = home.run(&["sync", "--log", "info"]).ended(0);
    assert!(synced.out.contains("work: in order"), "{synced:?}");
    let doctor = home.run(&["doctor", "--json"]).ended(0);
    let account = &doctor.json()["accounts"][0];
    assert_eq!((&account["name"], &account["key"]["source"]), (&"work".into(), &"file".into()), "{doctor:?}");
    assert_eq!(account["works"], true);
    let words = home.run(&["doctor"]).ended(0);
    assert!(words.out.contains("work (late): key from the file; works"), "{words:?}");
    is_nowhere(&home, &key, &[&said, &synced, &doctor, &words]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(home.config()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_key_in_the_environment_stays_there() {
    let home = unconnected();
    let said = connect(&home, "", &["--key-env", "RUNSHEET_TEST_ACME", "--json"], &[]).ended(0);
    let json = said.json();
    assert_eq!((&json["account"], &json["renewed"]), (&"late".into(), &false.into()));
    assert_eq!(json["key"], serde_json::json!({"source": "environment", "variable": "RUNSHEET_TEST_ACME"}));
    assert!(config(&home).contains("key_env = \"RUNSHEET_TEST_ACME\""));
    assert!(!keys_file(&home).exists());
    let doctor = home.run(&["doctor", "--json"]).ended(0);
    assert_eq!(doctor.json()["accounts"][0]["key"]["variable"], "RUNSHEET_TEST_ACME");
    home.run(&["sync"]).ended(0);
    is_nowhere(&home, home.late_key(), &[&said, &doctor]);
}

#[test]
fn what_cannot_be_connected_is_refused_in_words_and_leaves_nothing() {
    let home = unconnected();
    let key = home.late_key().to_owned();
    let with_blank = format!("{} {}", &key[..6], &key[6..]);
    let with_break = format!("{}\n{}", &key[..6], &key[6..]);
    let page = crate::bad_input::server("text/html", "<html>Hello</html>".into());
    let own = url(&home);
    let shut = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/api/v1", listener.local_addr().unwrap())
    };
    let cases: &[(&str, &[&str], i32, &str)] = &[
        ("sk_wrong_0123456789abcdef", &["late", "--base-url", &own], 1, "key"),
        (&with_blank, &["late", "--base-url", &own], 1, "a space or a line break"),
        (&with_break, &["late", "--base-url", &own], 1, "a space or a line break"),
        ("", &["late", "--base-url", &own], 1, "--key-env LATE_API_KEY"),
        (&key, &["late", "--base-url", &page], 1, "base_url"),
        (&key, &["late", "--base-url", "http://late.example"], 1, "would send the key unprotected"),
        (&key, &["late", "--base-url", "not an address"], 1, "not an address"),
        (&key, &["late", "--base-url", &shut], 3, "try again"),
        (&key, &["late", "--base-url", &own, "--name", "a/b"], 1, "not a name"),
        ("", &["late", "--base-url", &own, "--key-env", "NO_SUCH_KEY"], 1, "NO_SUCH_KEY is not set"),
        ("", &["late", "--base-url", &own, "--key-env", &key], 1, "never the key itself"),
        (&key, &["lat"], 2, "late"),
        (&key, &["late", "--frobnicate"], 2, "frobnicate"),
    ];
    for (input, args, code, words) in cases {
        let said = home.pipe(input, &[&["connect"], *args].concat());
        assert_eq!(said.code, *code, "{args:?}: {said:?}");
        assert!(said.err.contains(words), "{args:?}: {said:?}");
        assert_eq!(config(&home), CONFIG, "{args:?}");
        is_nowhere(&home, &key, &[&said]);
        assert!(!keys_file(&home).exists(), "{args:?}");
    }
    home.world().fault(Fault::once(FaultKind::Status(503)).at("late"));
    connect(&home, &key, &[], &[]).ended(3).says(&["try again"]);
    assert_eq!(config(&home), CONFIG);
}

#[test]
fn a_configuration_that_is_broken_is_left_alone() {
    let home = unconnected();
    let key = home.late_key().to_owned();
    for (text, words) in [("timezone = \n", "config.toml: line 1"), ("account = 3\n", "[[account]]")] {
        home.write_config(text);
        connect(&home, &key, &[], &[]).ended(1).says(&[words]);
        assert_eq!(config(&home), text);
        assert!(!keys_file(&home).exists());
    }
}

#[test]
fn connecting_again_renews_the_key_and_another_provider_needs_another_name() {
    let home = unconnected();
    let key = home.late_key().to_owned();
    connect(&home, &key, &["--name", "work"], &[]).ended(0);
    let once = config(&home);
    let said = home.pipe(&key, &["connect", "late", "--name", "work"]).ended(0).says(&["is renewed"]);
    assert_eq!(config(&home), once, "the address that was given is kept: {said:?}");
    let other = &home.demo.accounts[1];
    home.pipe(&other.key, &["connect", "voxburst", "--name", "work", "--base-url", &other.base_url])
        .ended(1)
        .says(&["at late", "another name"]);
    home.pipe(&other.key, &["connect", "voxburst", "--base-url", &other.base_url]).ended(0);
    let said = home.run(&["sync"]).ended(0);
    assert!(said.out.contains("work: in order") && said.out.contains("voxburst: in order"), "{said:?}");
}

#[test]
fn disconnecting_forgets_account_and_key_and_keeps_the_posts() {
    let home = unconnected();
    let key = home.late_key().to_owned();
    let channel = home.world().channels("late")[0].id.clone();
    let scheduled_for = Some(chrono::Utc::now() + chrono::TimeDelta::days(2));
    home.world().add_post("late", WebPost { content: "Kept".into(), accounts: vec![channel], scheduled_for }).unwrap();
    connect(&home, &key, &["--name", "work"], &[]).ended(0);
    connect(&home, &key, &["--name", "spare"], &[]).ended(0);
    home.run(&["sync"]).ended(0);
    home.run(&["disconnect", "wrok"]).ended(1).says(&["no account \"wrok\"", "work, spare"]);

    let line = "\n[[failover]]\naccounts = [\"work\", \"spare\"]\n";
    home.write_config(&format!("{}{line}", config(&home)));
    let said = home.run(&["disconnect", "work"]).ended(0).says(&["[[failover]] still names \"work\""]);
    home.write_config(&config(&home).replace(line, ""));
    assert!(said.out.contains("its key is forgotten") && said.out.contains("posts stay"), "{said:?}");
    assert!(!config(&home).contains("\"work\"") && config(&home).starts_with(CONFIG));
    assert!(home.posts().iter().any(|post| post["body"] == "Kept"));
    home.run(&["disconnect", "spare", "--json"]).ended(0);
    assert_eq!(config(&home).trim(), CONFIG.trim());
    assert!(!keys_file(&home).exists(), "nothing is left to be kept");
    // An account that was taken out by hand leaves its key, until it is forgotten.
    connect(&home, &key, &["--name", "spare"], &[]).ended(0);
    home.write_config(CONFIG);
    let doctor = home.run(&["doctor"]).ended(0);
    assert!(doctor.out.contains("runsheet disconnect spare"), "{doctor:?}");
    home.run(&["disconnect", "spare"]).ended(0);
    assert!(!keys_file(&home).exists());
    // Connected again, it is found nowhere until it is given again.
    home.write_config(&format!(
        "{CONFIG}[[account]]\nname = \"work\"\nprovider = \"late\"\nbase_url = \"{}\"\n",
        url(&home)
    ));
    home.run(&["sync"]).ended(1).says(&["no key is kept for \"work\"", "runsheet connect late --name work"]);
}

#[test]
fn without_the_master_key_there_is_one_clear_line_and_nothing_is_overwritten() {
    let home = unconnected();
    let key = home.late_key().to_owned();
    let first = master(1);
    connect(&home, &key, &["--name", "work"], &[("ENCRYPTION_KEY", &first)]).ended(0);
    assert!(!home.data().join("keys.master").exists(), "a key that was given needs no file");
    let before = std::fs::read(keys_file(&home)).unwrap();
    let several = format!("{first},c2hvcnQ=");
    for (given, words) in [
        ("", "ENCRYPTION_KEY is not set"),
        (master(2).as_str(), "does not open with ENCRYPTION_KEY"),
        ("c2hvcnQ=", "key 1 in ENCRYPTION_KEY has 5 bytes"),
        ("hunter2!", "key 1 in ENCRYPTION_KEY is not URL-safe base64"),
        (several.as_str(), "key 2 in ENCRYPTION_KEY"),
    ] {
        let env = [("ENCRYPTION_KEY", given)];
        let synced = home.pipe_with("", &["sync"], &env);
        let lines: Vec<&str> = synced.err.lines().filter(|line| line.contains("work: ")).collect();
        assert!(lines.len() == 1 && lines[0].contains(words), "{given}: {synced:?}");
        assert_eq!(synced.code, 1, "{given}");
        let again = connect(&home, &key, &["--name", "other"], &env).ended(1).says(&[words]);
        let doctor = home.pipe_with("", &["doctor", "--json"], &env).ended(1);
        assert!(doctor.json()["key_file"]["problem"].as_str().unwrap().contains(words), "{doctor:?}");
        assert_eq!(std::fs::read(keys_file(&home)).unwrap(), before, "{given}");
        assert!(!home.data().join("keys.master").exists() && !config(&home).contains("other"));
        for secret in [&first, "c2hvcnQ=", "hunter2!"] {
            assert!([&synced, &again, &doctor].iter().all(|said| !said.err.contains(secret)), "{given}");
        }
    }
    // Rotation: the new one first; the next key that is kept locks everything with it.
    let both = format!("{} {first}", master(2));
    home.pipe_with("", &["sync"], &[("ENCRYPTION_KEY", &both)]).ended(0);
    connect(&home, &key, &["--name", "other"], &[("ENCRYPTION_KEY", &both)]).ended(0);
    home.pipe_with("", &["sync"], &[("ENCRYPTION_KEY", &master(2))]).ended(0);
    home.pipe_with("", &["sync"], &[("ENCRYPTION_KEY", &first)]).ended(1);
}

#[test]
fn a_file_somebody_changed_is_refused_and_kept() {
    let home = unconnected();
    let key = home.late_key().to_owned();
    connect(&home, &key, &[], &[]).ended(0);
    let token = std::fs::read_to_string(keys_file(&home)).unwrap();
    let at = token.len() / 2;
    let other = if token.as_bytes()[at] == b'A' { 'B' } else { 'A' };
    let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
    std::fs::write(keys_file(&home), &changed).unwrap();
    home.run(&["sync"]).ended(1).says(&["does not open", "left as it is"]);
    connect(&home, &key, &[], &[]).ended(1).says(&["does not open"]);
    home.run(&["disconnect", "late"]).ended(1).says(&["nothing was changed"]);
    assert_eq!(std::fs::read_to_string(keys_file(&home)).unwrap(), changed);
    assert!(config(&home).contains("[[account]]"));
    // A key in the environment needs no file.
    home.configure(None);
    home.run(&["sync"]).ended(0);
}

#[test]
fn the_doctor_tells_paths_store_and_keys_and_ends_as_it_found() {
    let home = Home::new();
    let doctor = home.run(&["doctor", "--json"]).ended(0).json();
    assert_eq!(doctor["paths"]["config"].as_str(), home.config().to_str());
    assert_eq!((&doctor["store"]["exists"], &doctor["store"]["ok"]), (&false.into(), &true.into()));
    assert!(!home.data().exists(), "the doctor leaves no traces");
    home.run(&["sync"]).ended(0);

    let doctor = home.run(&["doctor", "--json", "--offline"]).ended(0).json();
    let pragmas = serde_json::json!({
        "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000",
    });
    assert_eq!((&doctor["store"]["exists"], &doctor["store"]["pragmas"]), (&true.into(), &pragmas), "{doctor}");
    let version: Vec<u32> =
        doctor["store"]["sqlite"].as_str().unwrap().split('.').map(|part| part.parse().unwrap()).collect();
    assert!(version >= vec![3, 51, 3], "{version:?}");
    assert!(doctor["accounts"][0]["works"].is_null() && doctor["accounts"][0]["key"]["source"] == "environment");

    home.world().fault(Fault::once(FaultKind::Unauthorised).at("late"));
    let refused = home.run(&["doctor", "--json"]).ended(1).json();
    assert_eq!((&refused["accounts"][0]["works"], &refused["accounts"][1]["works"]), (&false.into(), &true.into()));
    home.world().fault(Fault::once(FaultKind::Status(503)).at("late"));
    let away = home.run(&["doctor"]).ended(3);
    assert!(away.out.contains("acme (late): key from RUNSHEET_TEST_ACME (environment); not reachable"), "{away:?}");

    let mut home = home;
    home.set_late_key("");
    let missing = home.run(&["doctor"]).ended(1);
    assert!(missing.out.contains("RUNSHEET_TEST_ACME is not set"), "{missing:?}");
    let mut bytes = std::fs::read(home.store()).unwrap();
    bytes[4096..].fill(0x5a);
    std::fs::write(home.store(), bytes).unwrap();
    let damaged = home.run(&["doctor", "--json", "--offline"]).ended(1).json();
    assert_eq!(damaged["store"]["ok"], false);
    assert!(damaged["store"]["problems"][0].as_str().unwrap().contains("damaged"), "{damaged}");
}

#[test]
fn the_demo_has_a_doctor_too() {
    let doctor = crate::home::in_demo(&["doctor", "--json"]).ended(0).json();
    assert_eq!((&doctor["demo"], &doctor["accounts"][0]["works"]), (&true.into(), &true.into()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_session_bus_that_is_silent_or_gone_keeps_nobody_waiting() {
    let home = unconnected();
    let key = home.late_key().to_owned();
    let socket = home.folder.path().join("bus");
    let silent = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let address = format!("unix:path={}", socket.display());
    for (address, words) in [(address.as_str(), "no answer within"), ("unix:path=/nonexistent/bus", "does not answer")]
    {
        let env = [("DBUS_SESSION_BUS_ADDRESS", address)];
        let begun = Instant::now();
        connect(&home, &key, &[], &env).ended(0).says(&["keys.fernet"]);
        home.pipe_with("", &["sync"], &env).ended(0);
        assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
        let doctor = home.pipe_with("", &["doctor", "--json", "--offline"], &env).ended(0).json();
        assert!(doctor["keyring"].as_str().unwrap().contains(words), "{doctor}");
    }
    home.write_config(&format!("keys = \"file\"\n{}", config(&home)));
    let env = [("DBUS_SESSION_BUS_ADDRESS", address.as_str())];
    let doctor = home.pipe_with("", &["doctor", "--json", "--offline"], &env).ended(0).json();
    assert_eq!(doctor["keyring"], "not used");
    drop(silent);
}

#[cfg(target_os = "linux")]
#[test]
fn no_core_file_is_left_by_this_process() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    child.args(["connect", "late"]).env("HOME", "/nonexistent").stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    // It says what is needed, and waits for the key.
    let mut words = [0; 4];
    std::io::Read::read_exact(child.stderr.as_mut().unwrap(), &mut words).unwrap();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    child.kill().unwrap();
    child.wait().unwrap();
}
