//! Files on their way in: what is exported comes back as it was, what is imported twice is there once, and what cannot
//! be read says why.

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use chrono_tz::{Australia, Europe};
use proptest::prelude::*;
use tempfile::TempDir;

use super::gauge::Gauge;
use super::tests::desk_at;
use super::*;
use crate::domain::intake::{Asking, Look, Mend, Verdict, Words};
use crate::domain::media::Media;
use crate::domain::naming::full_name;
use crate::domain::options::{Extras, FirstComment, Options, Value};
use crate::domain::schedule::Schedule;
use crate::exchange;
use crate::store::SyncState;
use crate::text::rules::Rules;

pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

pub(super) fn file(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

pub(super) async fn look(desk: &Desk, asking: &Asking) -> std::result::Result<Look, String> {
    desk.look(asking, Rules::shipped(), &|_, _| {}).await.map_err(|error| error.to_string())
}

/// The account was read so long ago.
async fn read_before(desk: &Desk, ago: TimeDelta) {
    let state = SyncState { last_ok: Some(desk.now() - ago), ..SyncState::default() };
    desk.store.set_sync_state(&AccountName::new("acme"), state).await.unwrap();
}

pub(super) fn of(path: &str) -> Asking {
    Asking { path: path.to_owned(), to: vec!["1".into()], ..Asking::default() }
}

/// What somebody may type: letters, and what tables trip over.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zäß 🎈.,;|\"'=+@#\\[{(\n\t-]{0,24}",
        1 => prop::sample::select(vec!["(none)", "=1+2", "'=1", "''", "[\"a\"]", "{}", "---", "a\nb", " "]).prop_map(str::to_owned),
    ]
}

fn named() -> impl Strategy<Value = String> {
    words().prop_map(|words| words.trim().to_owned()).prop_filter("a name", |words| !words.is_empty())
}

fn media() -> impl Strategy<Value = Vec<(String, String)>> {
    let source = "[a-z]{1,6}".prop_map(|name| format!("https://a.example/{name},x;y.png"));
    prop::collection::vec((source, words()), 0..3)
}

fn options() -> impl Strategy<Value = Options> {
    let privacy = prop::sample::select(vec!["public", "friends", "private"]);
    let set = prop::option::of(privacy);
    (set, prop::option::of(any::<bool>())).prop_map(|(privacy, comments)| {
        let privacy = privacy.map(|word| ("tiktok.privacy".to_owned(), Value::Text(word.into())));
        let comments = comments.map(|flag| ("tiktok.comments".to_owned(), Value::Flag(flag)));
        privacy.into_iter().chain(comments).collect()
    })
}

fn comment() -> impl Strategy<Value = Option<FirstComment>> {
    prop::option::of((words(), 0u32..90).prop_map(|(text, delay)| FirstComment { text, delay }))
}

/// A moment ahead, in one of several zones.
fn schedule() -> impl Strategy<Value = Option<Schedule>> {
    let zones = prop::sample::select(vec![Europe::Berlin, Australia::Lord_Howe, chrono_tz::UTC]);
    prop::option::of((1i64..900_000, zones).prop_map(|(minutes, zone)| {
        Schedule::at(DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes), zone)
    }))
}

#[derive(Clone, Debug)]
struct Wanted {
    texts: (String, String, String, Vec<String>),
    schedule: Option<Schedule>,
    wish: Wish,
    media: Vec<(String, String)>,
    options: Options,
    comment: Option<FirstComment>,
    targets: Vec<Own>,
}

#[derive(Clone, Debug)]
struct Own {
    text: Option<String>,
    schedule: Option<Schedule>,
    options: Options,
    comment: Option<FirstComment>,
    media: Option<Vec<(String, String)>>,
}

fn own() -> impl Strategy<Value = Own> {
    (prop::option::of(words()), schedule(), options(), comment(), prop::option::of(media()))
        .prop_map(|(text, schedule, options, comment, media)| Own { text, schedule, options, comment, media })
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let texts = (words(), words(), words(), prop::collection::vec(named(), 0..3));
    let wish = prop::sample::select(vec![Wish::Draft, Wish::Hold, Wish::Schedule]);
    let targets = prop::collection::vec(own(), 0..4);
    (texts, schedule(), wish, media(), options(), comment(), targets).prop_map(
        |(texts, schedule, wish, media, options, comment, targets)| Wanted {
            texts,
            schedule,
            wish,
            media,
            options,
            comment,
            targets,
        },
    )
}

async fn attached(named: &[(String, String)]) -> Vec<Media> {
    let mut media = Vec::new();
    for (source, alt) in named {
        media.push(Media { alt: alt.clone(), ..Gauge::default().named(source, Path::new("/")).await.unwrap() });
    }
    media
}

/// The post that is wanted, as the program itself would have it: nothing blank where nothing is meant.
async fn post_of(wanted: &Wanted, desk: &Desk) -> Post {
    let mut post = Post::draft(desk.ids().post(desk.now()), desk.now());
    let (body, title, campaign, tags) = wanted.texts.clone();
    let filled = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    (post.body, post.title, post.campaign, post.tags) = (body, filled(title), filled(campaign), tags);
    post.media = attached(&wanted.media).await;
    post.options = wanted.options.clone();
    post.first_comment = wanted.comment.clone().filter(|comment| !comment.is_blank());
    post.schedule = wanted.schedule;
    for (own, channel) in wanted.targets.iter().zip(["acme/1", "acme/2", "acme/3"]) {
        let mut target = Target::new(ChannelId::new(channel));
        target.text = own.text.clone().map(|text| if text.trim().is_empty() { String::new() } else { text });
        target.schedule = own.schedule.filter(|own| Some(*own) != post.schedule);
        let comment = own.comment.clone();
        let comment = comment.map(|comment| if comment.is_blank() { FirstComment::default() } else { comment });
        let media = match &own.media {
            Some(named) => Some(attached(named).await),
            None => None,
        };
        target.extras = Extras { options: own.options.clone(), first_comment: comment, media };
        post.targets.push(target);
    }
    let has_time = post.schedule.is_some() || post.targets.iter().any(|target| target.schedule.is_some());
    post.wish = if wanted.wish == Wish::Schedule && !has_time { Wish::Draft } else { wanted.wish };
    post
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_exported_comes_back_as_it_was(all in prop::collection::vec(wanted(), 1..4)) {
        let runtime = runtime();
        runtime.block_on(async {
            let desk = desk_at("late").await;
            let mut posts = Vec::new();
            for wanted in &all {
                posts.push(post_of(wanted, &desk).await);
            }
            let channels = desk.store.channels().await.unwrap();
            let all: Vec<&Post> = posts.iter().collect();
            let table = exchange::csv(&all, &channels, full_name, desk.now());
            let list = exchange::json_list(&all, &channels, desk.now(), desk.zone());
            let lines = exchange::json_lines(&all, &channels, desk.now(), desk.zone());
            let sheets = [
                (exchange::read(&table, &Default::default(), None).unwrap(), table),
                (exchange::read_json(&list).unwrap(), list),
                (exchange::read_json(&lines).unwrap(), lines),
            ];
            for (sheet, text) in sheets {
                prop_assert!(sheet.stop.is_none() && sheet.remarks.is_empty(), "{:?}", sheet.remarks);
                let judged = desk.judge(&sheet.rows, &Default::default(), Rules::shipped()).await.unwrap();
                prop_assert_eq!(judged.len(), posts.len());
                for (was, judged) in posts.iter().cloned().zip(judged) {
                    prop_assert_eq!(judged.incoming.key.clone(), Some(was.id.to_string()));
                    let came = judged.incoming.post;
                    let was = Post { id: came.id, created_at: came.created_at, updated_at: came.updated_at, ..was };
                    prop_assert_eq!(came, was, "{:?}\n{}", judged.messages, text);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn imported_twice_is_imported_once(rows in prop::collection::vec(("[a-f]", words()), 1..8)) {
        runtime().block_on(async {
            let desk = desk_at("voxburst").await;
            let folder = tempfile::tempdir().unwrap();
            let mut table = csv::Writer::from_writer(Vec::new());
            table.write_record(["key", "text"]).unwrap();
            rows.iter().for_each(|(key, text)| table.write_record([key, text]).unwrap());
            let asking = of(&file(&folder, "plan.csv", table.into_inner().unwrap()));
            let first = look(&desk, &asking).await;
            // A table may be cut short by what is in it; then it is refused whole, both times.
            let Ok(first) = first else { return Ok(()) };
            let none = Default::default();
            let take = || desk.take_in(&asking, first.print, &none, Rules::shipped(), &|_| {});
            let made = take().await.unwrap().made;
            prop_assert_eq!(made, first.totals().0);
            prop_assert_eq!(take().await.unwrap().made, 0);
            let second = look(&desk, &asking).await.unwrap();
            prop_assert_eq!(second.totals().0, 0, "{:?}", second.rows);
            prop_assert_eq!(desk.store.every_post(None, None).await.unwrap().len(), made);
            Ok(())
        })?;
    }
}

/// What stands twice in one table goes out once, unless a key says that it is meant; drafts without a time may be many.
#[test]
fn what_stands_twice_in_one_table_is_taken_once() {
    let folder = tempfile::tempdir().unwrap();
    let (day, hour) = ("2030-01-02 09:00", "2030-01-02 10:00");
    let rows = [("A", day, ""), ("A ", day, ""), ("A", hour, ""), ("A", day, "again"), ("B", "", ""), ("B", "", "")];
    let table: String = rows.iter().map(|(text, when, key)| format!("{text},{when},{key},\n")).collect();
    let picture = format!("A,{day},,https://a.example/other.png\n");
    let path = file(&folder, "plan.csv", format!("text,when,key,media\n{table}{picture}"));
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let look = self::look(&desk, &of(&path)).await.unwrap();
        assert_eq!(look.totals(), (6, 0, 1), "{:?}", look.rows);
        assert!(look.rows[1].messages[0].starts_with("row 1 says the same"), "{:?}", look.rows[1].messages);
        let mended = [(1, Mend { skip: true, ..Mend::default() })].into();
        let look = self::look(&desk, &Asking { mended, ..of(&path) }).await.unwrap();
        assert_eq!(look.rows[1].verdict, Verdict::Good, "the other one is left out: {:?}", look.rows[1].messages);
    });
}

/// Each file with the words it is met with: refused whole, or row by row.
#[test]
fn bad_files_are_refused_in_words_and_nothing_is_kept() {
    let runtime = runtime();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret.png"), "x").unwrap();
    let inside = folder.path().join("plans");
    std::fs::create_dir(&inside).unwrap();
    let utf16 = |text: &str| [vec![0xFF, 0xFE], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    type Expected = std::result::Result<&'static [Option<&'static str>], &'static str>;
    let cases: Vec<(&str, Vec<u8>, Expected)> = vec![
        ("utf-16", utf16("text\twhen\nGrüße\t2030-01-02 09:00\n"), Ok(&[None])),
        ("half of utf-16", vec![0xFF, 0xFE, 0x41], Err("middle of a UTF-16")),
        ("a mark", b"\xEF\xBB\xBFtext,when\nHi,2030-01-02 09:00\n".to_vec(), Ok(&[None])),
        ("an old code page", b"text\nGr\xFC\xDFe\n".to_vec(), Err("line 2 is not UTF-8")),
        ("semicolons", b"text;when\n\"a;b, c\";2030-01-02 09:00\n".to_vec(), Ok(&[None])),
        ("an open quote", b"text,when\nfine,\n\"open,x\n".to_vec(), Err("opens in line 3 never ends")),
        ("nothing", b"".to_vec(), Err("it is empty")),
        ("formulas", b"text,when\n=HYPERLINK(1),2030-01-02 09:00\n".to_vec(), Ok(&[None])),
        ("two readings", b"text,when\nA,03/04/2030 09:00\n".to_vec(), Ok(&[Some("two ways")])),
        ("no such day", b"text,when\nA,31.02.2030\n".to_vec(), Ok(&[Some("no day of the calendar")])),
        ("a gap", b"text,when,zone\nA,2030-03-31 02:30,Europe/Berlin\n".to_vec(), Ok(&[Some("skip")])),
        ("twice", b"text,when,zone\nA,2030-10-27 02:30,Europe/Berlin\n".to_vec(), Ok(&[Some("twice")])),
        ("a zone", b"text,when,zone\nA,2030-03-31 02:30,Berlin\n".to_vec(), Ok(&[Some("no time zone")])),
        ("long gone", b"text,when\nA,2020-01-01 09:00\n".to_vec(), Ok(&[Some("has passed")])),
        ("one key twice", b"text,key\nA,k\nB,k\n".to_vec(), Ok(&[None, Some("that of row 1")])),
        ("a file", b"text,media\nA,secret.png\n".to_vec(), Ok(&[Some("a file of this machine")])),
        ("a web page", b"text,media\nA,http://a.example/x.png\n".to_vec(), Ok(&[Some("only https")])),
        ("an option", b"text,options\nA,tiktok.privacy=everybody\n".to_vec(), Ok(&[Some("tiktok.privacy")])),
        ("more cells", b"text,when\nA,,x\n".to_vec(), Ok(&[Some("3 cells")])),
    ];
    runtime.block_on(async {
        let desk = desk_at("late").await;
        for (name, bytes, expected) in cases {
            let looked = look(&desk, &of(&file(&folder, "plan.csv", bytes))).await;
            match expected {
                Err(words) => assert!(looked.as_ref().is_err_and(|said| said.contains(words)), "{name}: {looked:?}"),
                Ok(rows) => {
                    let looked = looked.unwrap_or_else(|words| panic!("{name}: {words}"));
                    assert_eq!(looked.rows.len(), rows.len(), "{name}");
                    for (row, words) in looked.rows.iter().zip(rows) {
                        let said = row.messages.join(" ");
                        assert_eq!(row.verdict == Verdict::Refused, words.is_some(), "{name}: {said}");
                        assert!(words.is_none_or(|words| said.contains(words)), "{name}: {said}");
                    }
                }
            }
        }
        // Columns that are not known are said, and one that has to be named stops the whole until it is.
        let unknown = of(&file(&folder, "plan.csv", "Texte,Budget\nHi,5\n"));
        let looked = look(&desk, &unknown).await.unwrap();
        assert!(looked.stop.as_deref().is_some_and(|words| words.contains("no column holds the text")), "{looked:?}");
        assert_eq!(looked.columns.iter().map(|column| column.holds.clone()).collect::<Vec<_>>(), [None, None]);
        let named = Asking { named: [("Texte".to_owned(), "body".to_owned())].into(), ..unknown };
        let looked = look(&desk, &named).await.unwrap();
        assert!(looked.stop.is_none() && looked.remarks.iter().any(|words| words.contains("Budget")), "{looked:?}");

        // Files are read where a person allows it, and only below that folder.
        let table = inside.join("plan.csv");
        std::fs::write(&table, "text,media\nA,../secret.png\n").unwrap();
        let asking = Asking { files: Some(inside.display().to_string()), ..of(&table.display().to_string()) };
        let looked = look(&desk, &asking).await.unwrap();
        assert!(looked.rows[0].messages[0].contains("is not below"), "{looked:?}");
        assert!(desk.store.every_post(None, None).await.unwrap().is_empty(), "a look keeps nothing");
    });
}

#[test]
fn a_gigabyte_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.csv");
    // A hole: it takes no room on the disk, and would take all of it in memory.
    std::fs::File::create(&path).unwrap().set_len(1 << 30).unwrap();
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let said = look(&desk, &of(&path.display().to_string())).await.unwrap_err();
        assert!(said.contains("larger than 64 MB; split it"), "{said}");
    });
}

#[test]
fn only_good_rows_are_taken_the_rest_is_left_and_a_changed_file_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "plan.csv", "text,key\nGood,a\n,b\nAlso good,c\n");
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let looked = look(&desk, &of(&path)).await.unwrap();
        assert_eq!(looked.totals(), (2, 0, 1));
        let without = [(3, "the provider: no".to_owned())].into();
        let print = looked.print;
        let taken = desk.take_in(&of(&path), print, &without, Rules::shipped(), &|_| {}).await.unwrap();
        let left = folder.path().join("plan.leftovers.csv").display().to_string();
        assert_eq!((taken.made, taken.left.clone()), (1, Some((2, left.clone()))));
        let text = std::fs::read_to_string(&left).unwrap();
        assert!(text.contains("the provider: no") && text.contains("it is empty"), "{text}");
        assert!(taken.words().contains(&left));
        std::fs::write(&path, "text,key\nChanged,a\n").unwrap();
        let said = desk.take_in(&of(&path), print, &without, Rules::shipped(), &|_| {}).await.unwrap_err().to_string();
        assert!(said.contains("has changed since"), "{said}");
        // What is left of JSON is JSON.
        let path =
            file(&folder, "plan.jsonl", "{\"body\": \"One\", \"key\": \"x\"}\n{\"body\": \" \", \"key\": \"y\"}\n");
        let looked = look(&desk, &of(&path)).await.unwrap();
        desk.take_in(&of(&path), looked.print, &Default::default(), Rules::shipped(), &|_| {}).await.unwrap();
        let text = std::fs::read_to_string(folder.path().join("plan.leftovers.jsonl")).unwrap();
        assert!(text.contains("\"key\":\"y\"") && text.contains("\"problem\""), "{text}");
    });
}

#[test]
fn a_folder_of_posts_is_taken_in_under_the_keys_of_apply() {
    let folder = tempfile::tempdir().unwrap();
    let posts: PathBuf = folder.path().join("posts");
    std::fs::create_dir_all(posts.join("spring")).unwrap();
    std::fs::write(posts.join("spring/one.md"), "---\nto: \"1\"\nwhen: 2030-01-02 09:00\n---\n\nHello\n").unwrap();
    std::fs::write(posts.join("bad.md"), "---\nwhenn: soon\n---\n\nHello\n").unwrap();
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let asking = Asking { to: Vec::new(), ..of(&posts.display().to_string()) };
        let looked = look(&desk, &asking).await.unwrap();
        assert_eq!(looked.totals(), (1, 0, 1), "{looked:?}");
        assert!(looked.rows[0].messages[0].contains("bad.md: line 2"), "{looked:?}");
        // Another machine may have made it meanwhile, where nobody looked for long.
        let none = std::collections::BTreeMap::new();
        let taking = || desk.take_in(&asking, looked.print, &none, Rules::shipped(), &|_| {});
        assert!(taking().await.unwrap_err().to_string().contains("and was never read"));
        read_before(&desk, TimeDelta::minutes(11)).await;
        assert!(taking().await.unwrap_err().to_string().contains("last read at"));
        assert!(desk.store.every_post(None, None).await.unwrap().is_empty());
        read_before(&desk, TimeDelta::minutes(9)).await;
        let taken = taking().await.unwrap();
        let known = desk.imported_beginning("file:posts/").await.unwrap();
        assert_eq!(known, [("spring/one.md".to_owned(), taken.first.unwrap())]);
    });
}

#[test]
fn nothing_is_stored_before_what_is_left_is_safe() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "two.csv", "text,key\nGood,a\n\" \",b\n");
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let opened = desk.open_intake(&of(&path), Rules::shipped(), &|_, _| {}).await.unwrap();
        let nowhere = folder.path().join("no/such/folder.csv");
        let said = desk.take(&opened, Path::new(&path), Some(&nowhere)).await.unwrap_err().to_string();
        assert!(said.contains("nothing was taken") && !said.contains("import the file again"), "{said}");
        assert!(desk.store.every_post(None, None).await.unwrap().is_empty());
        // Where another one takes the key meanwhile, what is told is what was truly done.
        let path = file(&folder, "one.csv", "text,key\nOne,k\n");
        let opened = desk.open_intake(&of(&path), Rules::shipped(), &|_, _| {}).await.unwrap();
        let first = desk.take(&opened, Path::new(&path), None).await.unwrap();
        let second = desk.take(&opened, Path::new(&path), None).await.unwrap();
        let id = first.first.unwrap();
        assert_eq!((first.posts.get(&1), second.posts.get(&1)), (Some(&(id, true)), Some(&(id, false))));
        assert_eq!((second.made, second.known), (0, 1));
    });
}

#[test]
fn what_is_left_of_a_list_is_a_list_that_comes_in_once_it_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[{\"body\": \"One\"}, {\"body\": \"Two\", \"when\": \"2020-01-02 09:00\", \"title\": \"T\"}]";
    let path = file(&folder, "plan.json", text);
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let looked = look(&desk, &of(&path)).await.unwrap();
        let taken =
            desk.take_in(&of(&path), looked.print, &Default::default(), Rules::shipped(), &|_| {}).await.unwrap();
        let left = taken.left.unwrap().1;
        assert!(left.ends_with("plan.leftovers.json"), "{left}");
        let mended = std::fs::read_to_string(&left).unwrap().replace("2020", "2030");
        std::fs::write(&left, mended).unwrap();
        let looked = look(&desk, &of(&left)).await.unwrap();
        assert_eq!(looked.totals(), (1, 0, 0), "{looked:?}");
    });
}

#[test]
fn a_channel_s_own_time_wins_over_its_network_s_also_where_it_is_the_post_s() {
    let folder = tempfile::tempdir().unwrap();
    let at = "2030-01-02 09:00";
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let channels = desk.store.channels().await.unwrap();
        let channel = channels.iter().find(|channel| channel.id.as_str() == "acme/1").unwrap();
        let (network, name) = (channel.network.key(), channel.id.as_str());
        let path = file(
            &folder,
            "plan.csv",
            format!(
                "text,when,when for {network},when for {name}\nA,{at},2030-01-05 10:00,{at}\nB,{at},2030-01-05 10:00,\n"
            ),
        );
        let opened = desk.open_intake(&of(&path), Rules::shipped(), &|_, _| {}).await.unwrap();
        let own = |row: usize| opened.judged[row].incoming.post.targets[0].schedule;
        assert!(own(0).is_none() && own(1).is_some(), "{:?}", opened.judged);
    });
}

#[test]
fn a_folder_is_bounded_and_found_where_it_was_dropped() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("one.md"), "---\nto: \"1\"\n---\n\nHello\n").unwrap();
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let dropped = url::Url::from_directory_path(folder.path()).unwrap();
        let looked = look(&desk, &of(dropped.as_str())).await.unwrap();
        assert_eq!(looked.totals(), (1, 0, 0), "{looked:?}");
        std::fs::File::create(folder.path().join("two.md")).unwrap().set_len(5_000_001).unwrap();
        let said = look(&desk, &of(&folder.path().display().to_string())).await.unwrap_err();
        assert!(said.contains("two.md") && said.contains("that is no post"), "{said}");
    });
}

#[test]
fn a_heading_of_several_lines_can_be_said_to_hold_something() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "plan.csv", "\"The\ntext\",Budget\nHi,5\n");
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let title = look(&desk, &of(&path)).await.unwrap().columns[0].title.clone();
        let named = Asking { named: [(title, "body".to_owned())].into(), ..of(&path) };
        let looked = look(&desk, &named).await.unwrap();
        assert!(looked.stop.is_none(), "{looked:?}");
    });
}

#[test]
fn a_row_says_all_that_is_wrong_and_is_judged_anew_as_it_was_mended() {
    let folder = tempfile::tempdir().unwrap();
    let long = "Nobody reads all of this. ".repeat(2_500);
    let path = file(
        &folder,
        "plan.csv",
        format!(
            "text,when,zone,to,text for acme/2\n\"{long}\",2027-03-28 02:30,Europe/Berlin,\"acme/1, nobody\",Own\n\
             Good,2027-03-28 02:30,Mars,acme/1,\nElse,2030-01-02 09:00,,acme/1,\n"
        ),
    );
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let first = look(&desk, &of(&path)).await.unwrap();
        let said = first.rows[0].messages.join("\n");
        for words in ["the clocks skip", "no channel \"nobody\"", " over: ", "own for acme/2"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert_eq!((first.rows[0].said.body.trim(), first.rows[0].said.to.len()), (long.trim(), 2));
        assert_eq!(first.rows[1].said.when, "2027-03-28 02:30");
        let mend = Mend {
            body: Some("Short".into()),
            when: Some("2027-03-28 03:30".into()),
            to: Some(vec!["acme/1".into()]),
            ..Mend::default()
        };
        let when = Mend { when: Some("2027-03-28 04:00".into()), ..Mend::default() };
        let zone = Some("America/New_York".to_owned());
        let asking = Asking { mended: [(1, mend), (2, when)].into(), zone, ..of(&path) };
        let mended = look(&desk, &asking).await.unwrap();
        assert_eq!((mended.totals(), mended.zone.as_str()), ((3, 0, 0), "America/New_York"), "{mended:?}");
        let at = |row: usize| mended.rows[row].at.map(|at| (at.zone().name(), at.wall().to_string()));
        assert_eq!(at(1), Some(("America/New_York", "2027-03-28 04:00:00".to_owned())));
        assert_eq!(at(2), Some(("America/New_York", "2030-01-02 09:00:00".to_owned())));
        let taken = desk.take_in(&asking, mended.print, &Default::default(), Rules::shipped(), &|_| {}).await.unwrap();
        assert_eq!((taken.made, taken.left), (3, None));
        let post = desk.store.post(taken.first.unwrap()).await.unwrap().unwrap();
        assert_eq!((post.body.as_str(), post.targets.len(), post.targets[0].text.clone()), ("Short", 1, None));
        let nowhere = look(&desk, &Asking { zone: Some("Mars".into()), ..asking }).await.unwrap_err();
        assert!(nowhere.contains("no time zone"), "{nowhere}");
    });
}

#[test]
fn rows_without_a_key_are_known_by_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "text,to,when,title,media\nOne,1,2030-01-02 09:00,,\nOne,1,2030-01-02 10:00,,\nTwo,\"1,2\",2030-01-02 09:00,,\nOne day,1,,,\n,1,,,https://a.example/a.png\n";
    let path = file(&folder, "plan.csv", rows);
    let take = async |desk: &Desk, path: &str| {
        let looked = look(desk, &of(path)).await.unwrap();
        let taken =
            desk.take_in(&of(path), looked.print, &Default::default(), Rules::shipped(), &|_| {}).await.unwrap();
        assert_eq!(taken.left, None, "{looked:?}");
        (looked, taken)
    };
    runtime().block_on(async {
        let desk = desk_at("late").await;
        assert_eq!(take(&desk, &path).await.1.made, 5);
        let (looked, taken) = take(&desk, &path).await;
        assert_eq!((looked.totals(), taken.made, taken.known), ((0, 5, 0), 0, 5), "{looked:?}");
        assert_eq!(desk.store.every_post(None, None).await.unwrap().len(), 5);
        let words = looked.rows[0].messages.join("; ");
        assert!(words.contains("\"One\"") && words.contains("there already") && words.contains("a key of its own"), "{words}");
        let Verdict::Known(id) = looked.rows[0].verdict else { panic!("{looked:?}") };
        assert_eq!(taken.posts[&1], (id, false));
        // Another time, channel, text or medium is another post; so is what has a key.
        let other = "text,to,when,key,media\nOne,1,2030-01-02 09:00:01,,\nOne,2,2030-01-02 09:00,,\nOne.,1,2030-01-02 09:00,,\nTwo,1,2030-01-02 09:00,,\nOne,1,2030-01-02 09:00,own,\nOne day,1,2031-01-01 09:00,,\n,1,,,https://a.example/b.png\n";
        let (looked, taken) = take(&desk, &file(&folder, "other.csv", other)).await;
        assert_eq!((taken.made, taken.known), (7, 0), "{looked:?}");
        // What went out long ago is known as well, although its time has passed; what was deleted is not there.
        desk.clock.turn(TimeDelta::days(3650));
        let (looked, taken) = take(&desk, &path).await;
        assert_eq!((taken.made, taken.known), (0, 5), "{looked:?}");
        let draft = looked.rows[3].verdict;
        let Verdict::Known(id) = draft else { panic!("{looked:?}") };
        desk.delete(&[id]).await.unwrap();
        assert_eq!(take(&desk, &path).await.1.made, 1);
    });
}

#[test]
fn a_known_row_s_faults_stay_where_it_could_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "plan.csv", "text,to,when\nOne,1,2030-01-02 09:00\n");
    let half = file(&folder, "half.csv", "text,to,when\nOne,\"1,nobody\",2030-01-02 09:00\n");
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let looked = look(&desk, &of(&path)).await.unwrap();
        desk.take_in(&of(&path), looked.print, &Default::default(), Rules::shipped(), &|_| {}).await.unwrap();
        assert_eq!(look(&desk, &of(&half)).await.unwrap().totals(), (0, 0, 1));
    });
}

#[test]
fn what_is_to_be_scheduled_says_when() {
    let folder = tempfile::tempdir().unwrap();
    let rows =
        "text,to,as,when\nA,1,scheduled,\nB,1,scheduled,2030-01-02 09:00\nC,1,draft,\nD,1,,\nE,1,scheduled,never\n";
    let path = file(&folder, "plan.csv", rows);
    let lines = file(&folder, "plan.jsonl", "{\"body\": \"A\", \"to\": \"1\", \"wish\": \"scheduled\"}\n");
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let looked = look(&desk, &of(&path)).await.unwrap();
        let said: Vec<(&str, usize)> = looked.rows.iter().map(|row| (row.verdict.word(), row.messages.len())).collect();
        assert_eq!(said, [("refused", 1), ("ok", 0), ("ok", 0), ("ok", 0), ("refused", 1)], "{looked:?}");
        assert!(looked.rows[0].messages[0].contains("neither a time nor a queue"), "{looked:?}");
        assert_eq!(look(&desk, &of(&lines)).await.unwrap().totals(), (0, 0, 1));
        assert_eq!(look(&desk, &Asking { drafts: true, ..of(&path) }).await.unwrap().totals(), (4, 0, 1));
    });
}

#[test]
fn what_a_channel_has_of_its_own_is_mended_where_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let long = "Nobody reads all of this. ".repeat(2_500);
    let path = file(
        &folder,
        "plan.csv",
        format!("text,to,text for acme/1,when for acme/1\nFor all,acme/1,\"{long}\",never\n"),
    );
    runtime().block_on(async {
        let desk = desk_at("late").await;
        let first = look(&desk, &of(&path)).await.unwrap();
        let row = &first.rows[0];
        assert!(row.messages.iter().any(|words| words.starts_with("acme/1: ")), "whose time it is: {:?}", row.messages);
        assert_eq!(row.said.own["acme/1"].when.as_deref(), Some("never"));
        assert_eq!(row.owners["acme/1"].iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["acme/1"]);
        let own = Words { body: Some("Own".into()), when: Some("2030-01-02 09:00".into()) };
        let mend = Mend { own: [("acme/1".to_owned(), own)].into(), ..Mend::default() };
        let asking = Asking { mended: [(1, mend)].into(), ..of(&path) };
        let mended = look(&desk, &asking).await.unwrap();
        assert_eq!(mended.totals(), (1, 0, 0), "{mended:?}");
        let taken = desk.take_in(&asking, mended.print, &Default::default(), Rules::shipped(), &|_| {}).await.unwrap();
        let post = desk.store.post(taken.first.unwrap()).await.unwrap().unwrap();
        let target = &post.targets[0];
        assert_eq!((post.body.as_str(), target.text.as_deref()), ("For all", Some("Own")));
        assert_eq!(target.schedule.map(|at| at.wall().to_string()).as_deref(), Some("2030-01-02 09:00:00"));
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// As a table, as lines, as a list and as a folder: the second time makes nothing, whatever the texts are.
    #[test]
    fn what_is_imported_twice_is_there_once(
        bodies in prop::collection::vec("[a-zäß🎈 ]{1,20}[a-z]", 1..6), form in 0_usize..4, drafts in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let objects: Vec<String> = bodies.iter().enumerate().map(|(at, body)| {
            serde_json::json!({"body": body, "key": format!("k{at}"), "when": "2030-01-02 09:00"}).to_string()
        }).collect();
        let path = match form {
            0 => {
                let rows = bodies.iter().enumerate().map(|(at, body)| format!("\"{body}\",k{at},2030-01-02 09:00\n"));
                file(&folder, "plan.csv", format!("text,key,when\n{}", rows.collect::<String>()))
            }
            1 => file(&folder, "plan.jsonl", objects.join("\n")),
            2 => file(&folder, "plan.json", format!("[{}]", objects.join(","))),
            _ => {
                let posts = folder.path().join("posts");
                std::fs::create_dir(&posts).unwrap();
                for (at, body) in bodies.iter().enumerate() {
                    let text = format!("---\nto: \"1\"\nwhen: 2030-01-02 09:00\n---\n\n{body}\n");
                    std::fs::write(posts.join(format!("p{at}.md")), text).unwrap();
                }
                posts.display().to_string()
            }
        };
        runtime().block_on(async {
            let desk = desk_at("late").await;
            read_before(&desk, TimeDelta::zero()).await;
            let asking = Asking { drafts, ..of(&path) };
            for (round, (made, known)) in [(bodies.len(), 0), (0, bodies.len()), (0, bodies.len())].into_iter().enumerate() {
                let looked = look(&desk, &asking).await.unwrap();
                prop_assert_eq!(looked.totals(), (made, known, 0), "round {}: {:?}", round, looked.rows);
                let taken = desk.take_in(&asking, looked.print, &Default::default(), Rules::shipped(), &|_| {}).await.unwrap();
                prop_assert_eq!((taken.made, taken.known), (made, known));
                prop_assert_eq!(desk.store.every_post(None, None).await.unwrap().len(), bodies.len());
            }
            Ok(())
        })?;
    }
}
