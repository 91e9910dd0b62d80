//! What the editor promises.

use proptest::prelude::*;

use super::*;

fn editor(text: &str, width: u16, height: u16) -> Editor {
    let mut editor = Editor::new(text);
    editor.settle(width, height);
    editor
}

fn plain(code: KeyCode) -> Key {
    Key::plain(code)
}

fn with(code: KeyCode, modifiers: KeyModifiers) -> Key {
    Key { code, modifiers }
}

fn type_in(editor: &mut Editor, text: &str) {
    for c in text.chars() {
        editor.key(plain(if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) }));
    }
}

#[test]
fn the_cursor_moves_and_deletes_by_grapheme() {
    let mut editor = editor("a👩‍👩‍👧‍👦e\u{301}🇩🇪x", 40, 5);
    let mut seen = vec![editor.cursor()];
    for _ in 0..6 {
        editor.key(plain(KeyCode::Left));
        seen.push(editor.cursor());
    }
    assert_eq!(seen, [38, 37, 29, 26, 1, 0, 0]);
    editor.key(plain(KeyCode::Delete));
    editor.key(plain(KeyCode::Delete));
    assert_eq!(editor.text(), "e\u{301}🇩🇪x");
    editor.key(plain(KeyCode::Right));
    editor.key(plain(KeyCode::Backspace));
    assert_eq!(editor.text(), "🇩🇪x");
}

#[test]
fn up_and_down_follow_the_wrapped_rows_and_keep_their_column() {
    let mut editor = editor("the quick brown fox\nab\njumps over it", 11, 5);
    editor.set_cursor(6);
    let mut seen = Vec::new();
    for code in [KeyCode::Down, KeyCode::Down, KeyCode::Down, KeyCode::Down, KeyCode::Down, KeyCode::Up, KeyCode::Up] {
        editor.key(plain(code));
        seen.push(editor.cursor());
    }
    assert_eq!(seen, [16, 22, 29, 36, 36, 29, 22]);
}

#[test]
fn a_word_is_a_step_of_undo() {
    let mut editor = editor("", 40, 5);
    type_in(&mut editor, "one two three");
    let mut seen = Vec::new();
    while editor.undo() {
        seen.push(editor.text().to_owned());
    }
    assert_eq!(seen, ["one two ", "one ", ""]);
    while editor.redo() {}
    assert_eq!(editor.text(), "one two three");
}

#[test]
fn a_move_ends_a_step_and_deletions_join() {
    let mut editor = editor("", 40, 5);
    type_in(&mut editor, "abc");
    editor.key(plain(KeyCode::Left));
    type_in(&mut editor, "de");
    editor.key(plain(KeyCode::Backspace));
    editor.key(plain(KeyCode::Backspace));
    let mut seen = vec![editor.text().to_owned()];
    while editor.undo() {
        seen.push(editor.text().to_owned());
    }
    assert_eq!(seen, ["abc", "abdec", "abc", ""]);
}

#[test]
fn a_paste_is_one_step_with_plain_line_ends() {
    let mut editor = editor("start ", 40, 5);
    assert!(editor.paste("one\r\ntwo\rthree\n"));
    assert_eq!(editor.text(), "start one\ntwo\nthree\n");
    assert_eq!(editor.cursor(), editor.text().len());
    assert!(editor.undo());
    assert_eq!((editor.text(), editor.cursor()), ("start ", 6));
    assert!(!editor.undo());
}

#[test]
fn typing_over_a_selection_is_one_step() {
    let mut editor = editor("keep this word", 40, 5);
    for _ in 0..4 {
        editor.key(with(KeyCode::Left, KeyModifiers::SHIFT));
    }
    assert_eq!(editor.selection(), Some(10..14));
    editor.key(plain(KeyCode::Char('x')));
    assert_eq!(editor.text(), "keep this x");
    editor.undo();
    assert_eq!(editor.text(), "keep this word");
}

#[test]
fn keys_of_the_line_work_on_the_line() {
    let cases: [(Key, &str, usize); 9] = [
        (Key::ctrl('a'), "one\ntwo three\nx", 4),
        (Key::ctrl('e'), "one\ntwo three\nx", 13),
        (Key::ctrl('u'), "one\nthree\nx", 4),
        (Key::ctrl('k'), "one\ntwo \nx", 8),
        (Key::ctrl('w'), "one\nthree\nx", 4),
        (with(KeyCode::Left, KeyModifiers::CONTROL), "one\ntwo three\nx", 4),
        (with(KeyCode::Right, KeyModifiers::ALT), "one\ntwo three\nx", 13),
        (with(KeyCode::Char('@'), KeyModifiers::CONTROL | KeyModifiers::ALT), "one\ntwo @three\nx", 9),
        (plain(KeyCode::Tab), "one\ntwo three\nx", 8),
    ];
    for (key, text, cursor) in cases {
        let mut editor = editor("one\ntwo three\nx", 40, 5);
        editor.set_cursor(8);
        editor.key(key);
        assert_eq!((editor.text(), editor.cursor()), (text, cursor), "{key:?}");
    }
}

#[test]
fn the_mouse_puts_the_cursor_and_selects() {
    let mut editor = editor("日本語 text\nsecond", 20, 5);
    editor.click(3, 0);
    assert_eq!(editor.cursor(), 3);
    editor.drag(2, 1);
    assert_eq!(editor.selection(), Some(3..17));
    editor.select_word(8, 0);
    assert_eq!(editor.selection(), Some(10..14));
    editor.click(99, 99);
    assert_eq!((editor.cursor(), editor.selection()), (21, None));
}

#[test]
fn the_cursor_stays_in_view() {
    let text = (0..100).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
    let mut editor = editor(&text, 10, 4);
    let first = |editor: &Editor| {
        let mut buf = Buffer::empty(Rect::new(0, 0, 10, 4));
        editor.view(buf.area, &mut buf, &Theme::default(), true, &[]);
        (0..10).map(|x| buf[(x, 0)].symbol().to_owned()).collect::<String>().trim().to_owned()
    };
    assert_eq!(first(&editor), "96");
    editor.key(with(KeyCode::Home, KeyModifiers::CONTROL));
    assert_eq!(first(&editor), "0");
    editor.scroll(7);
    assert_eq!(first(&editor), "7");
    editor.key(plain(KeyCode::PageDown));
    assert_eq!(first(&editor), "3");
}

#[test]
fn nothing_raw_reaches_the_screen_and_the_grid_stays_straight() {
    let editor = editor("a\u{1b}[31m\u{202e}日\u{7}b👩‍👩‍👧‍👦|", 30, 2);
    let mut buf = Buffer::empty(Rect::new(0, 0, 30, 2));
    editor.view(buf.area, &mut buf, &Theme::default(), false, &[]);
    let row: String = (0..30).map(|x| buf[(x, 0)].symbol()).collect();
    assert!(!row.chars().any(|c| c.is_control() || c == '\u{202e}'), "{row:?}");
    assert_eq!(buf[(13, 0)].symbol(), "|", "{row:?}");
}

#[test]
fn places_beyond_the_reach_of_the_textarea_are_edited_all_the_same() {
    let mut long = editor(&"é".repeat(70_000), 80, 10);
    type_in(&mut long, "end");
    long.set_cursor(2);
    type_in(&mut long, "!");
    assert!(long.text().ends_with("éend") && long.text().starts_with("é!é"));
    while long.undo() {}
    assert_eq!(long.text(), "é".repeat(70_000));

    let mut deep = editor(&"x\n".repeat(66_000), 80, 10);
    type_in(&mut deep, "ab\nc");
    deep.set_cursor(2 * 65_800);
    type_in(&mut deep, "y");
    assert!(deep.text().ends_with("x\nab\nc") && &deep.text()[131_598..131_603] == "x\nyx\n");
    while deep.undo() {}
    assert_eq!(deep.text(), "x\n".repeat(66_000));
}

#[test]
fn a_text_of_megabytes_is_taken_in_one_go() {
    let block = "some words of a paste that went wrong, 日本語 too\n".repeat(20_000);
    let mut editor = editor("", 80, 20);
    assert!(editor.paste(&block));
    assert_eq!(editor.text().len(), block.len());
    editor.key(plain(KeyCode::Up));
    editor.undo();
    assert_eq!(editor.text(), "");
}

fn any_key() -> impl Strategy<Value = Key> {
    let chars = prop::sample::select(vec![
        'a', 'b', ' ', 'é', '\u{301}', '日', '\u{200d}', '👩', '👧', '\u{fe0f}', '🇩', '🇪', '\u{202e}', '\u{1b}', '#',
    ]);
    let code = prop_oneof![
        6 => chars.prop_map(KeyCode::Char),
        2 => Just(KeyCode::Enter),
        8 => prop::sample::select(vec![
            KeyCode::Backspace, KeyCode::Delete, KeyCode::Left, KeyCode::Right, KeyCode::Up, KeyCode::Down,
            KeyCode::Home, KeyCode::End, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Tab, KeyCode::F(5),
        ]),
        2 => prop::sample::select(vec!['a', 'e', 'w', 'u', 'k', '_', 'y', 'f', 'd']).prop_map(KeyCode::Char),
    ];
    (code, prop::sample::select(vec![0u8, 0, 0, 1, 2, 4, 5]))
        .prop_map(|(code, bits)| Key { code, modifiers: KeyModifiers::from_bits_truncate(bits) })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_keys_keep_the_laws(
        start in "[a-c \n日👩é]{0,40}",
        keys in prop::collection::vec(any_key(), 0..120),
        width in 0u16..30,
    ) {
        let mut editor = editor(&start, width, 6);
        let original = editor.text().to_owned();
        for (at, key) in keys.into_iter().enumerate() {
            if at % 17 == 3 {
                editor.paste("p\r\nq👩\u{200d}");
            }
            let before = editor.text().to_owned();
            let changed = editor.key(key);
            prop_assert!(changed || before == editor.text());
            prop_assert_eq!(editor.document.lines().join("\n"), editor.text());
            let boundary = editor.snapped(editor.cursor()) == editor.cursor();
            prop_assert!(boundary, "{:?} at {}", editor.text(), editor.cursor());
            let row = editor.rows.row_of(editor.cursor());
            prop_assert!((editor.top..editor.top + 6).contains(&row));
            prop_assert_eq!(&editor.rows, &Rows::new(editor.text(), usize::from(width)));
            let mut buf = Buffer::empty(Rect::new(0, 0, 30, 6));
            editor.view(Rect::new(0, 0, width, 6), &mut buf, &Theme::default(), true, &[(0..7, Role::Link)]);
        }
        let last = editor.text().to_owned();
        let mut undone = 0;
        while editor.undo() {
            undone += 1;
        }
        prop_assert_eq!(editor.text(), original.as_str());
        for _ in 0..undone {
            editor.redo();
        }
        prop_assert_eq!(editor.text(), last.as_str());
    }
}

#[test]
fn every_key_that_is_told_of_does_something() {
    for written in KEYS.iter().flat_map(|(keys, _)| *keys) {
        let mut editor = Editor::new("one two\nthree four five\nsix seven");
        editor.settle(40, 10);
        editor.set_cursor("one two\nthree fo".len());
        // One step to undo, and one to do again.
        editor.key(Key::plain(KeyCode::Char('x')));
        editor.key(Key::plain(KeyCode::Enter));
        editor.key(Key::ctrl('_'));
        let seen = |editor: &Editor| (editor.text().to_owned(), editor.cursor(), editor.selection());
        let before = seen(&editor);
        editor.key(crate::tui::keys::parse(written).unwrap());
        assert_ne!(seen(&editor), before, "{written}");
        assert_eq!(editor.selection().is_some(), written.starts_with("Shift-"), "{written}");
    }
}
