//! What the composer promises, through its doors.

use proptest::prelude::*;

use super::state::Field;
use super::*;
use crate::domain::ids::ChannelId;
use crate::domain::post::Wish;
use crate::domain::schedule::Schedule;
use crate::tui::msg::{KeyCode, KeyModifiers, MouseKind, Timer};
use crate::tui::sheets::Sheet;
use crate::tui::tools::stage;

const BODY: &str = "Ship it: v2.0 is out. Offline mode, twice the speed, and the new calendar you really asked for.\n\n\
                    https://acme.dev/v2\n\n#launch";

/// The composer with the world around it.
pub(super) struct Desk {
    pub(super) shared: Shared,
    pub(super) board: Board,
    pub(super) state: State,
}

impl Desk {
    pub(super) fn on(body: &str, channels: &[&str]) -> Self {
        let (shared, board) = (stage::shared(), stage::board());
        let state = open(stage::post(&shared, body, channels), &shared, &board);
        Self { shared, board, state }
    }

    pub(super) fn act(&mut self, action: Action) -> (Vec<Effect>, Flow) {
        update(&mut self.state, &mut self.shared, &self.board, action)
    }

    pub(super) fn acts(&mut self, actions: &[Action]) {
        for action in actions {
            self.act(*action);
        }
    }

    pub(super) fn types(&mut self, text: &str) -> Vec<Effect> {
        stage::letters(text)
            .into_iter()
            .flat_map(|key| input(&mut self.state, &mut self.shared, &self.board, key))
            .collect()
    }

    /// What `$EDITOR` is given.
    pub(super) fn file(&self) -> String {
        match hand_out(&self.state, &self.shared, &self.board).remove(0) {
            Effect::EditText(file) => file,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn returns(&mut self, file: &str) -> (Vec<Effect>, Option<Sheet>) {
        edited_externally(&mut self.state, &mut self.shared, &self.board, Ok(file.to_owned()))
    }

    fn count(&self, at: usize) -> usize {
        self.state.facts.counters[at].measure.as_ref().unwrap().count
    }

    fn codes(&self) -> Vec<&str> {
        self.state.facts.problems.iter().map(|found| found.problem.code.as_str()).collect()
    }

    pub(super) fn screen(&mut self, width: u16, height: u16) -> String {
        settle(&mut self.state, &self.shared, Rect::new(0, 0, width, height));
        stage::drawn(width, height, |area, buf| {
            view(&self.state, &self.shared, &self.board, &Theme::default(), area, buf);
        })
    }
}

pub(super) fn own(desk: &Desk, at: usize) -> Option<String> {
    post(&desk.state).targets[at].text.clone()
}

#[test]
fn every_letter_is_counted_as_the_network_counts() {
    let mut desk = Desk::on("", &["late/2", "late/1"]);
    desk.types("see https://example.com/a/very/long/path/of/some/length");
    // Bluesky counts graphemes, X counts a link as 23.
    assert_eq!((desk.count(0), desk.count(1)), (55, 27));
    desk.types("👩‍👩‍👧‍👦");
    assert_eq!(desk.count(0), 56);
    assert_eq!(post(&desk.state).body.matches('👧').count(), 1);
}

#[test]
fn a_tab_follows_the_base_until_it_is_edited_and_again_after_b() {
    let mut desk = Desk::on("base", &["late/2", "late/1"]);
    desk.types(" one");
    desk.act(Action::NextVariant);
    assert_eq!(own(&desk, 0), None);
    desk.types("!");
    assert_eq!((own(&desk, 0).as_deref(), post(&desk.state).body.as_str()), (Some("base one!"), "base one"));
    assert_eq!(own(&desk, 1), None);
    assert!(desk.screen(120, 40).contains("[bs*]"));
    assert!(desk.screen(120, 40).contains("+ base one!"));
    desk.acts(&[Action::ComposerForm, Action::Detach]);
    assert_eq!((own(&desk, 0), desk.state.editor().text()), (None, "base one"));
    // What was given up comes back.
    desk.act(Action::Detach);
    assert_eq!(own(&desk, 0).as_deref(), Some("base one!"));
    // The base goes on by itself; the own text stays.
    desk.acts(&[Action::PreviousVariant, Action::ComposerText]);
    desk.types(" two");
    assert_eq!((own(&desk, 0).as_deref(), post(&desk.state).body.as_str()), (Some("base one!"), "base one two"));
}

#[test]
fn a_pause_keeps_the_newest_text_once() {
    let mut desk = Desk::on("", &["late/1"]);
    let effects = desk.types("ab");
    let timers: Vec<_> = effects.iter().filter(|effect| matches!(effect, Effect::After(..))).collect();
    assert_eq!(timers.len(), 2);
    assert!(matches!(timers[1], Effect::After(_, Timer::Typing(2))));
    // The first letter is old enough: what was typed on top of it is kept with it, and once.
    let kept = typing_paused(&mut desk.state, &desk.shared, 1);
    assert!(
        matches!(kept.as_slice(), [Effect::Autosave(post, Some(_)), Effect::After(_, Timer::Asking(2))] if post.body == "ab" && post.wish == Wish::Draft)
    );
    assert!(typing_paused(&mut desk.state, &desk.shared, 2).is_empty());
    autosaved(&mut desk.state, Ok(stage::now() - chrono::TimeDelta::seconds(12)));
    assert!(desk.screen(120, 40).contains("draft saved 12 s ago"));
    autosaved(&mut desk.state, Err("the disk is full".into()));
    assert!(desk.screen(80, 24).contains("not saved: the disk is full"));
}

#[test]
fn leaving_saves_a_changed_draft_and_keeps_a_planned_one_aside() {
    let mut desk = Desk::on("text", &["late/1"]);
    desk.act(Action::ComposerForm);
    let (effects, flow) = desk.act(Action::Back);
    assert!(effects.is_empty() && matches!(flow, Flow::Close));
    desk.act(Action::ComposerText);
    desk.types("!");
    // Esc leaves the text first, then the composer.
    assert!(matches!(desk.act(Action::ComposerForm).1, Flow::Stay));
    let (effects, flow) = desk.act(Action::Close);
    assert!(matches!(effects.as_slice(), [Effect::Save { post, verb: "saved", .. }] if post.body == "text!"));
    assert!(matches!(flow, Flow::Close));

    let (mut shared, board) = (stage::shared(), stage::board());
    let mut planned = stage::post(&shared, "planned", &["late/1"]);
    planned.wish = Wish::Schedule;
    let mut state = open(planned, &shared, &board);
    input(&mut state, &mut shared, &board, Key::plain(KeyCode::Char('!')));
    let (effects, _) = update(&mut state, &mut shared, &board, Action::Cancel);
    assert!(matches!(effects.as_slice(), [Effect::Autosave(..)]));
    assert!(shared.notices[0].words.contains("not sent"));
}

#[test]
fn channels_are_chosen_in_the_form_and_bring_their_texts_back() {
    let mut desk = Desk::on("text", &[]);
    assert!(desk.codes().contains(&"no-channels"));
    desk.acts(&[Action::Targets, Action::Mark, Action::Down, Action::Down, Action::Open]);
    let ids = |desk: &Desk| post(&desk.state).targets.iter().map(|t| t.channel.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(&desk), ["late/2", "late/1"]);
    desk.acts(&[Action::NextVariant, Action::ComposerText]);
    desk.types("!");
    desk.acts(&[Action::Targets, Action::Up, Action::Up, Action::Mark]);
    assert_eq!((ids(&desk), desk.state.tab), (vec!["late/1".to_owned()], 0));
    desk.act(Action::Mark);
    assert_eq!(own(&desk, 0).as_deref(), Some("text!"));
}

#[test]
fn broken_and_gone_channels_past_times_and_no_text_are_named() {
    let mut desk = Desk::on("", &["posto/8", "posto/9", "posto/77"]);
    let codes = desk.codes();
    assert_eq!(codes.iter().filter(|code| **code == "channel-gone").count(), 2);
    assert!(codes.contains(&"channel-broken") && codes.contains(&"empty"));
    let early = Schedule::at(stage::now() - chrono::TimeDelta::hours(1), chrono_tz::UTC);
    set_when(&mut desk.state, &mut desk.shared, &desk.board, Reading::At(Resolved::At(early)));
    assert!(desk.codes().contains(&"time-past"));
    set_when(&mut desk.state, &mut desk.shared, &desk.board, Reading::Now);
    assert!(post(&desk.state).schedule.is_none() && desk.screen(120, 40).contains("at once"));
    assert_eq!(post(&desk.state).wish, Wish::Draft);
}

#[test]
fn a_problem_is_jumped_to_in_the_tab_where_it_is() {
    let mut desk = Desk::on("short", &["late/2", "late/1"]);
    desk.acts(&[Action::NextVariant, Action::NextVariant]);
    desk.types(&" long".repeat(60));
    desk.acts(&[Action::ComposerForm, Action::PreviousVariant, Action::PreviousVariant, Action::NextProblem]);
    assert_eq!(desk.state.tab, 2, "{:?}", desk.codes());
    assert_eq!(desk.state.editor().cursor(), 280);
    assert_eq!(desk.state.field, Field::Text);
    desk.act(Action::Open);
    assert_eq!(context(&desk.state), "composer.text");
}

#[test]
fn what_the_providers_say_is_listed_while_it_is_about_this_text() {
    let mut desk = Desk::on("text", &["late/1"]);
    desk.act(Action::ComposerForm);
    let (effects, _) = desk.act(Action::ServerCheck);
    assert!(matches!(effects.as_slice(), [Effect::Check(_, 0)]));
    let place = crate::domain::problem::Place::Post;
    let said = || vec![Problem::warning("limit", place.clone(), "49 of 50 posts today", "tomorrow is free")];
    checked(&mut desk.state, 0, Ok(said()));
    assert!(desk.screen(120, 40).contains("49 of 50 posts today"));
    desk.act(Action::ComposerText);
    desk.types("!");
    assert!(!desk.codes().contains(&"limit"));
    desk.act(Action::ServerCheck);
    desk.types("?");
    checked(&mut desk.state, 1, Ok(said()));
    assert!(!desk.codes().contains(&"limit") && desk.screen(120, 40).contains("text changed since"));
}

#[test]
fn where_the_typing_rests_the_providers_are_asked_and_an_old_answer_is_not_taken_for_a_new_one() {
    let mut desk = Desk::on("", &["late/1"]);
    let rests = |desk: &mut Desk, revision| typing_rested(&mut desk.state, &desk.board, revision);
    desk.types("ab");
    assert!(rests(&mut desk, 2).is_empty(), "its provider checks nothing");
    desk.board.checks.insert(crate::domain::ids::AccountName::new("late"));
    assert!(rests(&mut desk, 1).is_empty(), "something was typed since");
    assert!(matches!(rests(&mut desk, 2).as_slice(), [Effect::Check(post, 2)] if post.body == "ab"));
    assert!(rests(&mut desk, 2).is_empty(), "it is being asked already");
    desk.types("c");
    assert_eq!(rests(&mut desk, 3).len(), 1);
    let place = crate::domain::problem::Place::Post;
    checked(&mut desk.state, 2, Ok(vec![Problem::warning("limit", place, "49 of 50 posts today", "wait")]));
    assert!(!desk.codes().contains(&"limit"));
    checked(&mut desk.state, 3, Ok(Vec::new()));
    assert!(desk.screen(120, 40).contains("the providers agree"));
    assert!(rests(&mut desk, 3).is_empty(), "it was answered");
    // Of nothing there is nothing to say.
    desk.state.editor_mut().set_text("  ");
    desk.state.text_changed(&desk.shared, &desk.board);
    assert!(rests(&mut desk, 4).is_empty());
}

#[test]
fn a_file_whose_front_matter_lost_its_end_comes_back_as_a_fault_and_nothing_is_lost() {
    let mut desk = Desk::on("Ship it", &["late/1", "late/2"]);
    let before = desk.state.post.clone();
    let file = desk.file();
    let (effects, sheet) = desk.returns(&file.replacen("\n---\n", "\n--\n", 1));
    assert!(effects.is_empty() && matches!(sheet, Some(Sheet::Unread(_))), "{sheet:?}");
    assert_eq!(desk.state.post, before);
}

#[test]
fn an_answer_counts_where_the_channels_are_counted_and_nobody_who_does_not_check_agrees() {
    let mut desk = Desk::on("text", &["late/1"]);
    desk.act(Action::ComposerForm);
    desk.act(Action::ServerCheck);
    let place = crate::domain::problem::Place::Post;
    let x = crate::domain::channel::Network::from_word("x");
    let full = Problem::blocker("limit", place, "50 of 50 posts today", "wait").on(&x).of(&ChannelId::new("late/1"));
    checked(&mut desk.state, 0, Ok(vec![full.clone()]));
    assert_eq!(desk.state.facts.counters[0].worst, Some(crate::domain::problem::Severity::Blocker));
    let told = desk.codes().len();
    desk.act(Action::ServerCheck);
    checked(&mut desk.state, 0, Ok(vec![full]));
    assert_eq!(desk.codes().len(), told, "asked again, it is said once");
    let mut desk = Desk::on("text", &["late/1"]);
    desk.act(Action::ComposerForm);
    desk.act(Action::ServerCheck);
    checked(&mut desk.state, 0, Ok(Vec::new()));
    let seen = desk.screen(120, 40);
    assert!(seen.contains("nobody here checks posts") && !seen.contains("agree"), "{seen}");
}

/// A picture of this machine, as it is attached.
fn attached(name: &str, alt: &str) -> Media {
    let content = Some(crate::domain::media::Content { mime: "image/png".into(), print: name.into() });
    let file =
        Media::of_file(&std::path::Path::new("/tmp").join(name), crate::domain::media::MediaKind::Image).unwrap();
    Media { content, alt: alt.into(), pixels: Some((1600, 1200)), ..file }
}

#[test]
fn pictures_have_their_place_in_the_preview_and_words_where_there_are_none() {
    let mut desk = Desk::on(BODY, &["late/2"]);
    let media = vec![attached("roast.png", "A cup of coffee"), attached("beans.png", "")];
    set_media(&mut desk.state, &mut desk.shared, &desk.board, media);
    let words = desk.screen(120, 40);
    assert!(pictures(&desk.state).is_empty() && words.contains("[image] roast.png · ALT: A cup of coffee"), "{words}");
    assert!(words.contains("[image] beans.png · no ALT text"), "{words}");
    desk.shared.pictures.told(Some((10, 20)));
    let shown = desk.screen(120, 40);
    let tiles = pictures(&desk.state);
    assert_eq!(tiles.iter().map(|tile| tile.of).collect::<Vec<_>>(), [0, 1]);
    for tile in &tiles {
        assert!(tile.area.height >= 3 && tile.area.right() <= 118, "{tile:?}");
        // Nothing else is drawn there.
        for y in tile.area.y..tile.area.bottom() {
            let row = shown.lines().nth(usize::from(y)).unwrap();
            let under: String = row.chars().skip(usize::from(tile.area.x)).take(usize::from(tile.area.width)).collect();
            assert_eq!(under.trim(), "", "{tile:?}\n{shown}");
        }
    }
    let wish = tiles[1].wish.clone();
    assert!(desk.shared.pictures.want(std::slice::from_ref(&wish)).contains(&Effect::Picture(wish.clone())));
    desk.shared.pictures.answered(&wish, Err("it is cut off".into()));
    let shown = desk.screen(120, 40);
    assert!(shown.contains("no picture: it is cut off"), "{shown}");
    // Where there is no room for a picture that shows anything, words are enough.
    desk.state.preview = true;
    for (width, height) in [(40, 10), (80, 12), (120, 40), (200, 60), (1, 1), (300, 300)] {
        desk.screen(width, height);
        assert!(pictures(&desk.state).iter().all(|tile| tile.area.bottom() <= height && tile.area.right() <= width));
    }
}

#[test]
fn in_a_thread_the_pictures_belong_to_the_first_part() {
    let mut desk = Desk::on("first\n---\nsecond", &["late/1"]);
    set_media(&mut desk.state, &mut desk.shared, &desk.board, vec![attached("roast.png", "A cup")]);
    let screen = desk.screen(120, 40);
    let row = |words: &str| screen.lines().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{screen}"));
    assert!(row("── 1/2") < row("[image] roast.png") && row("[image] roast.png") < row("── 2/2"), "{screen}");
}

#[test]
fn whatever_is_pasted_stays_as_it_is_and_breaks_no_grid() {
    let zalgo = format!("Z{}", "\u{310}\u{320}\u{330}".repeat(3000));
    let line = "x".repeat(1_000_000);
    for text in [
        "\u{0}\u{1b}[2J\u{9b}31m\u{7f}\u{8}",
        "\u{202e}gnol \u{2066}שלום\u{2069} \u{200f}עולם",
        zalgo.as_str(),
        // Made of pieces that no table has together yet.
        "🫩\u{1FAEF}👩\u{200D}\u{1FAEF}\u{1F1E6}\u{1F1E6}\u{1F1E6}\u{E0067}\u{E007F}",
        "a\tb\t\tc",
        line.as_str(),
    ] {
        let mut desk = Desk::on("", &["late/1", "late/2"]);
        paste(&mut desk.state, &mut desk.shared, &desk.board, text);
        assert!(post(&desk.state).body == text, "{:?}", text.chars().take(20).collect::<String>());
        for (width, height) in [(80, 24), (120, 40), (41, 11)] {
            let screen = desk.screen(width, height);
            let bad = screen.chars().find(|c| {
                (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            });
            assert_eq!(bad, None, "{screen}");
            let widest = screen.lines().map(crate::tui::widgets::cells::width).max().unwrap_or(0);
            assert!(widest <= usize::from(width), "{widest}\n{screen}");
            if width >= 80 {
                assert!(
                    screen.lines().any(|row| row.ends_with('│') || row.ends_with('┐') || row.ends_with('╮')),
                    "{screen}"
                );
            }
        }
        desk.act(Action::Undo);
        assert_eq!(post(&desk.state).body, "", "one step");
    }
    // Line ends of other systems are line ends.
    let mut desk = Desk::on("", &["late/1"]);
    paste(&mut desk.state, &mut desk.shared, &desk.board, "a\r\nb\rc\n");
    assert_eq!(post(&desk.state).body, "a\nb\nc\n");
}

#[test]
fn sheets_open_and_an_editor_s_text_is_one_step() {
    let mut desk = Desk::on("text", &["late/1"]);
    assert!(matches!(desk.act(Action::Review).1, Flow::Push(sheet) if matches!(*sheet, Sheet::Review(_))));
    assert!(matches!(desk.act(Action::ComposerWhen).1, Flow::Push(sheet) if matches!(*sheet, Sheet::When(_))));
    let (effects, _) = desk.act(Action::EditExternally);
    let [Effect::EditText(file)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(file, "---\nto:\n  - x:@acme\nwhen: 2026-07-29 09:00\n---\n\ntext\n");
    desk.returns(&file.replace("text\n", "new\r\nlines\n"));
    assert_eq!(post(&desk.state).body, "new\nlines");
    desk.act(Action::Undo);
    assert_eq!(post(&desk.state).body, "text");
    desk.shared.notices.clear();
    edited_externally(&mut desk.state, &mut desk.shared, &desk.board, Err("vi ended with 1".into()));
    assert_eq!((post(&desk.state).body.as_str(), desk.shared.notices.len()), ("text", 1));
}

#[test]
fn the_whole_post_goes_to_the_editor_and_comes_back_with_its_variants() {
    let mut desk = Desk::on("The long text", &["late/1", "late/2"]);
    desk.act(Action::NextVariant);
    desk.types("!");
    let before = post(&desk.state);
    let file = desk.file();
    assert!(file.contains("to:\n  - x:@acme\n  - bs:acme.bsky\n"), "{file}");
    assert!(file.contains("variants:\n  x:@acme: The long text!\n"), "{file}");
    assert!(desk.returns(&file).1.is_none() && post(&desk.state) == before, "as it went, so it came back");
    let edited = file
        .replace("  x:@acme: The long text!\n", "  x: |\n    Short.\n\n    Two lines.\n")
        .replace("when: 2026-07-29 09:00", "when: fri 14\ntitle: Launch\ncampaign: spring\ntags: [one]")
        .replace("  - bs:acme.bsky\n", "  - bs:acme.bsky\n  - li:ACME GmbH\n");
    let (effects, sheet) = desk.returns(&edited);
    assert!(sheet.is_none(), "{sheet:?}");
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::After(_, Timer::Typing(_)))),
        "it is kept: {effects:?}"
    );
    let after = post(&desk.state);
    assert_eq!((after.title.as_deref(), after.campaign.as_deref()), (Some("Launch"), Some("spring")));
    assert_eq!(after.targets.len(), 3);
    assert_eq!(after.targets[0].text.as_deref(), Some("Short.\n\nTwo lines."));
    assert_eq!(after.schedule.unwrap().instant().to_rfc3339(), "2026-07-31T12:00:00+00:00");
    assert!(desk.screen(120, 40).contains("Two lines."));
    // Taking the variant out lets the channel follow the base again; taking the channel out takes it out.
    let linked = desk
        .file()
        .replace("variants:\n  x:@acme: |\n    Short.\n\n    Two lines.\n", "")
        .replace("  - bs:acme.bsky\n", "");
    desk.returns(&linked);
    let texts: Vec<_> = post(&desk.state).targets.iter().map(|target| target.text.clone()).collect();
    assert_eq!(texts, [None, None]);
}

#[test]
fn what_a_post_is_kept_as_is_said_in_the_composer_and_not_passed_over_in_its_file() {
    let mut desk = Desk::on("text", &["late/1"]);
    let before = post(&desk.state);
    let file = desk.file().replace("when: ", "as: draft\nwhen: ");
    let (_, sheet) = desk.returns(&file);
    let Some(Sheet::Unread(_)) = sheet else { panic!("{sheet:?}") };
    let unread = desk.state.unread.as_ref().unwrap();
    assert_eq!((unread.faults.len(), unread.faults[0].spot.line), (1, 4), "{unread:?}");
    assert!(unread.faults[0].words.contains("as a draft is said here"), "{unread:?}");
    assert_eq!(post(&desk.state), before);
}

#[test]
fn a_file_that_cannot_be_read_changes_nothing_and_is_not_lost() {
    let mut desk = Desk::on("text", &["late/1"]);
    let before = post(&desk.state);
    let broken = desk.file().replace("when:", "wehn:").replace("text\n", "A much better text\n");
    let (effects, sheet) = desk.returns(&broken);
    assert!(effects.is_empty() && post(&desk.state) == before);
    let Some(Sheet::Unread(mut unread)) = sheet else { panic!("{sheet:?}") };
    let screen = stage::drawn(90, 24, |area, buf| {
        crate::tui::sheets::unread::view(&unread, &stage::shared(), &Theme::default(), area, buf)
    });
    assert!(screen.contains("   4  wehn: 2026-07-29 09:00") && screen.contains("did you mean `when`?"), "{screen}");
    // Edited again it is as it was left; leaving the composer asks first.
    assert_eq!(desk.file(), broken);
    assert!(matches!(desk.act(Action::Cancel).1, Flow::Push(sheet) if matches!(*sheet, Sheet::Unread(_))));
    let again = crate::tui::sheets::unread::update(&mut unread, &mut desk.shared, &desk.board, Action::Edit).1;
    assert!(matches!(again, Flow::Run(Action::EditExternally)));
    // Mended, it is taken over.
    desk.returns(&broken.replace("wehn:", "when:"));
    assert_eq!(post(&desk.state).body, "A much better text");
    // Or all of it becomes the text.
    desk.returns("---\nnonsense\n---\nrest\n");
    desk.act(Action::FileAsText);
    assert_eq!(post(&desk.state).body, "---\nnonsense\n---\nrest");
    for (edit, words) in [("x:@acme", "there is no channel"), ("2026-07-29 09:00", "is not a time")] {
        let file = desk.file().replace(edit, "zzz");
        let Some(Sheet::Unread(_)) = desk.returns(&file).1 else { panic!("{edit}") };
        let faults = &desk.state.unread.as_ref().unwrap().faults;
        assert!(faults[0].words.contains(words), "{faults:?}");
        desk.act(Action::FileDrop);
    }
}

#[test]
fn no_channel_of_a_file_goes_out_at_once_by_itself() {
    let mut desk = Desk::on("text", &["late/1", "late/2"]);
    let before = post(&desk.state);
    let file = desk.file();
    let (head, body) = file.rsplit_once("---").unwrap();
    let edited = format!("{head}variants:\n  x:\n    when: now\n---{body}");
    let Some(Sheet::Unread(_)) = desk.returns(&edited).1 else { panic!("taken over: {edited}") };
    let faults = &desk.state.unread.as_ref().unwrap().faults;
    assert!(faults[0].words.contains("at once") && faults[0].spot.line > 1, "{faults:?}");
    assert_eq!(post(&desk.state), before);
}

#[test]
fn what_a_file_attaches_is_measured_and_takes_its_place() {
    let mut desk = Desk::on("text", &["late/1"]);
    let there =
        Media::of_file(std::path::Path::new("/shelf/there.png"), crate::domain::media::MediaKind::Image).unwrap();
    set_media(&mut desk.state, &mut desk.shared, &desk.board, vec![Media { bytes: Some(7), ..there.clone() }]);
    let file = desk.file();
    assert!(file.contains("media:\n  - file: /shelf/there.png\n"), "{file}");
    let edited = file.replace(
        "  - file: /shelf/there.png\n",
        "  - file: new.png\n    alt: New\n  - file: /shelf/there.png\n    alt: There\n",
    );
    let (effects, _) = desk.returns(&edited);
    let wanted = effects.iter().find_map(|effect| match effect {
        Effect::AttachNamed { wanted, .. } => Some(wanted.as_slice()),
        _ => None,
    });
    let Some([named]) = wanted else { panic!("{effects:?}") };
    assert_eq!((named.at, named.source.as_str(), named.alt.as_str()), (0, "new.png", "New"));
    let new = Media { name: "new.png".into(), alt: "New".into(), ..there };
    attached_named(&mut desk.state, &mut desk.shared, &desk.board, vec![(0, Ok(new))]);
    let media = post(&desk.state).media;
    let told: Vec<_> = media.iter().map(|media| (media.name.as_str(), media.alt.as_str(), media.bytes)).collect();
    assert_eq!(told, [("new.png", "New", None), ("there.png", "There", Some(7))]);
}

#[test]
fn a_channel_beside_the_queue_of_another_account_is_a_problem() {
    let (shared, board) = (stage::shared(), stage::board());
    let mut queued = stage::post(&shared, "in line", &["late/1", "posto/8"]);
    let account = crate::domain::ids::AccountName::new("late");
    queued.queue = Some(Queued { account, place: "q".into(), name: "Morning".into() });
    let minds = |post: &Post| {
        let state = open(post.clone(), &shared, &board);
        let found = state.facts.problems.iter().find(|found| found.problem.code == "queue-elsewhere");
        found.map(|found| (found.channel.clone().unwrap().to_string(), found.problem.words.clone()))
    };
    let (channel, words) = minds(&queued).unwrap();
    assert_eq!((channel.as_str(), words.contains("late's")), ("posto/8", true), "{words}");
    queued.targets.pop();
    assert_eq!(minds(&queued), None);
}

#[test]
fn a_safe_remedy_is_one_key_and_one_step() {
    let long = "word ".repeat(70);
    let mut desk = Desk::on(&long, &["late/2", "late/1"]);
    assert!(desk.codes().contains(&"too-long"));
    desk.act(Action::ComposerForm);
    desk.act(Action::Fix);
    desk.act(Action::Fix);
    assert!(!desk.codes().contains(&"too-long"), "{:?}", desk.codes());
    let after = post(&desk.state);
    assert_eq!(after.body, long, "the base keeps every word");
    assert!(after.targets.iter().all(|target| target.text.as_ref().is_some_and(|text| text.ends_with("word…"))));
    desk.act(Action::Undo);
    assert!(desk.codes().contains(&"too-long"));
    desk.acts(&[Action::Redo, Action::Fix]);
    assert!(desk.shared.notices.last().unwrap().words.contains("no problem here has a remedy"));
}

#[test]
fn words_are_found_and_replaced_one_by_one_or_all_at_once() {
    use crate::tui::sheets::find::Search;
    let mut desk = Desk::on("One cat, two Cats, a cat.", &["late/1"]);
    let said = |desk: &mut Desk, search| find(&mut desk.state, &mut desk.shared, &desk.board, search).1;
    let next = || Search::Next("cat".into());
    assert_eq!(said(&mut desk, next()), "1 of 3", "from the end on, around it");
    assert_eq!(said(&mut desk, next()), "2 of 3");
    assert_eq!(said(&mut desk, Search::Previous("cat".into())), "1 of 3");
    assert_eq!(said(&mut desk, Search::Replace("cat".into(), "dog".into())), "1 of 2");
    assert_eq!(post(&desk.state).body, "One dog, two Cats, a cat.");
    assert_eq!(said(&mut desk, Search::Next("Cat".into())), "1 of 1", "a capital means itself");
    assert_eq!(said(&mut desk, Search::Next("bird.".into())), "not in this text");
    // While the words are typed, the place that was found stays the one until it fits no more.
    let typed = |desk: &mut Desk, words: &str| said(desk, Search::Typed(words.into()));
    let selected = |desk: &Desk| desk.state.editor().selection();
    assert_eq!(typed(&mut desk, "c"), "1 of 2");
    assert_eq!((typed(&mut desk, "ca"), selected(&desk)), ("1 of 2".into(), Some(13..15)));
    assert_eq!((typed(&mut desk, "cat."), selected(&desk)), ("1 of 1".into(), Some(21..25)));
    assert_eq!((typed(&mut desk, "cats"), selected(&desk)), ("1 of 1".into(), Some(13..17)), "around the end");
    assert_eq!((typed(&mut desk, "catsu"), selected(&desk)), ("not in this text".into(), None));
    assert_eq!((typed(&mut desk, ""), selected(&desk)), ("type what to find".into(), None));
    assert!(said(&mut desk, Search::All("cat".into(), "🐈".into())).starts_with("2 replaced"));
    assert_eq!(post(&desk.state).body, "One dog, two 🐈s, a 🐈.");
    desk.act(Action::Undo);
    assert_eq!(post(&desk.state).body, "One dog, two Cats, a cat.");
    said(&mut desk, Search::Typed("dog".into()));
    let replaced = said(&mut desk, Search::Replace("dog".into(), "cat".into()));
    assert_eq!(
        (replaced.as_str(), post(&desk.state).body.as_str()),
        ("replaced; none is left", "One cat, two Cats, a cat.")
    );
    desk.act(Action::Undo);
    // On a channel's tab it is that channel's text.
    desk.act(Action::NextVariant);
    said(&mut desk, Search::All("cat".into(), "fox".into()));
    assert_eq!((post(&desk.state).body.contains("Cats"), own(&desk, 0).unwrap().contains("two foxs")), (true, true));
}

#[test]
fn an_emoji_is_typed_by_its_name_and_undo_brings_the_name_back() {
    let mut desk = Desk::on("", &["late/1"]);
    desk.types("Ship it :tada: at 10:30:");
    assert_eq!(post(&desk.state).body, "Ship it 🎉 at 10:30:");
    assert_eq!(desk.count(0), "Ship it __ at 10:30:".len());
    let mut desk = Desk::on("", &["late/1"]);
    desk.types(":+1:");
    desk.act(Action::Undo);
    assert_eq!(post(&desk.state).body, ":+1:");
    // Half a name opens the list at it, and what is chosen takes its place.
    let mut desk = Desk::on("", &["late/1"]);
    desk.types("so :tad");
    let Flow::Push(sheet) = desk.act(Action::Insert).1 else { panic!() };
    let Sheet::Insert(mut sheet) = *sheet else { panic!("{sheet:?}") };
    let (_, flow) = crate::tui::sheets::insert::update(&mut sheet, Action::Accept);
    let Flow::ComposerInsert { instead, text } = flow else { panic!("{flow:?}") };
    insert(&mut desk.state, &mut desk.shared, &desk.board, instead, &text);
    assert_eq!(post(&desk.state).body, "so 🎉");
}

#[test]
fn a_selection_is_copied_and_piped_by_itself() {
    let mut desk = Desk::on("one two", &["late/1"]);
    assert_eq!(desk.act(Action::CopyText).0, [Effect::Copy("one two".into())]);
    for _ in 0..3 {
        input(
            &mut desk.state,
            &mut desk.shared,
            &desk.board,
            Key { code: KeyCode::Left, modifiers: KeyModifiers::SHIFT },
        );
    }
    assert_eq!(desk.act(Action::CopyText).0, [Effect::Copy("two".into())]);
    assert!(matches!(desk.act(Action::Pipe).1, Flow::Push(sheet) if matches!(*sheet, Sheet::Pipe(_))));
    take_text(&mut desk.state, &mut desk.shared, &desk.board, 4..7, "2");
    assert_eq!(post(&desk.state).body, "one 2");
    desk.act(Action::Undo);
    assert_eq!(post(&desk.state).body, "one two");
}

#[test]
fn an_earlier_version_is_compared_and_brought_back() {
    use crate::tui::sheets::versions;
    let mut desk = Desk::on("one\ntwo\nthree", &["late/1"]);
    let earlier = Post { body: "one\n2\nthree".into(), ..post(&desk.state) };
    let (_, flow) = desk.act(Action::Versions);
    let Flow::Push(sheet) = flow else { panic!("{flow:?}") };
    let Sheet::Versions(mut sheet) = *sheet else { panic!("{sheet:?}") };
    let same = post(&desk.state);
    versions::loaded(&mut sheet, vec![(stage::now(), same), (stage::now() - chrono::TimeDelta::minutes(3), earlier)]);
    let screen = stage::drawn(100, 30, |area, buf| versions::view(&sheet, &desk.shared, &Theme::default(), area, buf));
    assert!(screen.contains("only there  2") && screen.contains("only here   two"), "{screen}");
    let (_, flow) = versions::update(&mut sheet, &mut desk.shared, &desk.board, Action::Open);
    let Flow::ComposerPost(version) = flow else { panic!("{flow:?}") };
    restore(&mut desk.state, &mut desk.shared, &desk.board, *version);
    assert_eq!(post(&desk.state).body, "one\n2\nthree");
    desk.act(Action::Undo);
    assert_eq!(post(&desk.state).body, "one\ntwo\nthree");
}

#[test]
fn a_title_is_asked_for_where_a_network_has_one() {
    let (mut shared, mut board) = (stage::shared(), stage::board());
    board.channels[0].network = crate::domain::channel::Network::from_word("reddit");
    let mut state = open(stage::post(&shared, "text", &["late/2"]), &shared, &board);
    assert!(state.facts.wants_title);
    for action in [Action::ComposerForm, Action::NextField, Action::NextField, Action::NextField, Action::ComposerText]
    {
        update(&mut state, &mut shared, &board, action);
    }
    for key in stage::letters("My title\n") {
        input(&mut state, &mut shared, &board, key);
    }
    assert_eq!((post(&state).title.as_deref(), context(&state)), (Some("My title"), "composer.form"));
}

#[test]
fn a_paste_runs_nothing_and_megabytes_are_refused_in_words() {
    let mut desk = Desk::on("", &["late/1"]);
    desk.act(Action::ComposerForm);
    let effects = paste(&mut desk.state, &mut desk.shared, &desk.board, "q\r\nd\n:wq");
    assert!(matches!(effects.as_slice(), [Effect::After(..)]));
    assert_eq!(post(&desk.state).body, "q\nd\n:wq");
    paste(&mut desk.state, &mut desk.shared, &desk.board, &"many words ".repeat(50_000));
    assert_eq!(desk.codes().first(), Some(&"too-long"));
    desk.act(Action::Undo);
    assert_eq!(post(&desk.state).body, "q\nd\n:wq");
}

#[test]
fn the_mouse_places_the_cursor_and_ticks_channels() {
    let mut desk = Desk::on(BODY, &["late/1"]);
    println!("{}", desk.screen(120, 40));
    let area = Rect::new(0, 0, 120, 40);
    let places = super::regions::regions(&desk.state, area);
    let mut press = |kind, x, y| {
        mouse(&mut desk.state, &mut desk.shared, &desk.board, Mouse { kind, x, y }, area);
    };
    press(MouseKind::Press, places.text.x + 5, places.text.y);
    press(MouseKind::Drag, places.text.x + 7, places.text.y);
    press(MouseKind::Release, places.text.x + 7, places.text.y);
    assert_eq!(desk.state.editor().selection(), Some(5..7));
    let mut press = |kind, x, y| {
        mouse(&mut desk.state, &mut desk.shared, &desk.board, Mouse { kind, x, y }, area);
    };
    press(MouseKind::Press, places.channels.x + 2, places.channels.y + 1);
    press(MouseKind::Press, places.tabs.x + 8, places.tabs.y);
    assert_eq!(desk.state.post.targets[0].channel, ChannelId::new("late/2"));
    assert_eq!(desk.state.tab, 1);
}

#[test]
fn it_looks_as_it_should() {
    let mut desk = Desk::on(BODY, &["late/2", "late/3", "late/1", "posto/8"]);
    desk.act(Action::NextVariant);
    desk.types(&" more".repeat(45));
    for (width, height) in [(200, 58), (120, 38), (100, 22), (80, 22), (40, 8), (30, 6)] {
        println!("{}\n", desk.screen(width, height));
    }
    desk.act(Action::TogglePreview);
    println!("{}\n", desk.screen(80, 24));
    desk.acts(&[Action::TogglePreview, Action::Targets]);
    println!("{}\n{}\n", desk.screen(80, 24), desk.screen(40, 10));
    desk.acts(&[Action::NextField, Action::NextField, Action::NextField]);
    println!("{}\n{}\n", desk.screen(80, 24), desk.screen(40, 10));
    let small = desk.screen(40, 10);
    assert!(small.contains("channel has to be"), "{small}");
}

fn any_step() -> impl Strategy<Value = (u8, usize, char)> {
    (0u8..12, any::<prop::sample::Index>().prop_map(|at| at.index(Action::ALL.len())), any::<char>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_keys_at_any_size_never_panic_and_never_lose_text(
        steps in prop::collection::vec(any_step(), 0..60),
        width in 0u16..220,
        height in 0u16..70,
    ) {
        let mut desk = Desk::on("kept 日本 👩‍👧", &["late/2", "late/1"]);
        for (kind, at, c) in steps {
            match kind {
                0..4 => {
                    desk.act(Action::ALL[at]);
                }
                4..9 => {
                    let key = Key::plain(KeyCode::Char(c));
                    input(&mut desk.state, &mut desk.shared, &desk.board, key);
                }
                9 => {
                    let at = Mouse { kind: MouseKind::Press, x: width / 2, y: u16::from(kind) };
                    let area = Rect::new(0, 0, width, height);
                    mouse(&mut desk.state, &mut desk.shared, &desk.board, at, area);
                }
                10 => {
                    let key = Key { code: KeyCode::Backspace, modifiers: KeyModifiers::CONTROL };
                    input(&mut desk.state, &mut desk.shared, &desk.board, key);
                }
                _ => {
                    desk.screen(width, height);
                }
            }
            prop_assert!(desk.state.tab <= desk.state.post.targets.len());
            let shown = desk.state.target().map_or(desk.state.post.body.clone(), |t| desk.state.post.text_for(t).to_owned());
            prop_assert_eq!(desk.state.editor().text(), shown.as_str());
        }
        desk.screen(width, height);
        while desk.state.base.undo() {}
        prop_assert_eq!(desk.state.base.text(), "kept 日本 👩‍👧");
    }
}

#[test]
fn what_may_be_meant_is_taken_with_tab_and_declined_with_esc() {
    let mut desk = Desk::on("", &["late/1"]);
    let phrases = crate::text::phrases::Phrases::load("[hashtags]\nlaunch = [\"new\", \"v2\"]\n", "phrases.toml");
    desk.board.phrases = std::sync::Arc::new(phrases.unwrap());
    desk.screen(80, 24);
    desk.types("Ship it :tad");
    assert!(desk.screen(80, 24).contains("🎉  tada"));
    desk.act(Action::NextField);
    assert!(desk.state.typing && !suggests(&desk.state));
    desk.types(" #lau");
    assert!(desk.screen(80, 24).contains("#new #v2"), "{}", desk.screen(80, 24));
    desk.act(Action::ComposerForm);
    assert!(desk.state.typing && !suggests(&desk.state));
    desk.types("n");
    assert!(!suggests(&desk.state), "declined for this word");
    desk.types(" #l");
    assert!(suggests(&desk.state));
    desk.types("\nhttps://:tad");
    assert_eq!((post(&desk.state).body.as_str(), suggests(&desk.state)), ("Ship it 🎉 #laun #l\nhttps://:tad", false));
    desk.act(Action::NextField);
    assert!(!desk.state.typing);
}

#[test]
fn a_list_of_suggestions_can_be_drawn_and_clicked_at_any_size() {
    let mut desk = Desk::on("", &["late/1"]);
    desk.types("One\ntwo\n:smi");
    for (width, height) in [(1, 1), (2, 3), (10, 4), (40, 10), (80, 24), (220, 70)] {
        desk.screen(width, height);
    }
    desk.screen(80, 24);
    let rows: Vec<String> = desk.screen(80, 24).lines().map(str::to_owned).collect();
    let y = rows.iter().position(|row| row.contains(":smi")).unwrap() + 2;
    let second = desk.state.suggestions.as_ref().unwrap().offers[1].text.clone();
    let (x, y) = (5, u16::try_from(y).unwrap());
    let mouse = Mouse { kind: MouseKind::Press, x, y };
    super::mouse(&mut desk.state, &mut desk.shared, &desk.board, mouse, Rect::new(0, 0, 80, 24));
    assert_eq!(post(&desk.state).body, format!("One\ntwo\n{second}"));
}
