//! What holds whatever is pressed: no panic, a cursor in range, nothing drawn outside of the region.

use proptest::prelude::*;

use super::*;

fn anything() -> impl Strategy<Value = (u8, usize, u16, u16)> {
    (0u8..12, 0..Action::ALL.len(), 0u16..250, 0u16..80)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn nothing_panics_and_the_cursor_stays_in_range(
        steps in prop::collection::vec(anything(), 0..60),
        x in 0u16..4, y in 0u16..4, width in 0u16..250, height in 0u16..80, ascii: bool,
    ) {
        let mut stage = Stage::week();
        let area = Rect::new(x, y, width, height);
        for (kind, action, a, b) in steps {
            let count = u32::from(a) * u32::from(b) + 1;
            match kind {
                0..=5 => {
                    update(&mut stage.state, &mut stage.shared, &stage.board, Action::ALL[action], count.min(50));
                }
                6 => { update(&mut stage.state, &mut stage.shared, &stage.board, Action::ALL[action], u32::MAX); }
                7 => {
                    let id = stage.board.posts[action % stage.board.posts.len()].id;
                    let _ = stage.start_move(vec![id]);
                }
                8 => { move_digit(&mut stage.state, &stage.shared, char::from(b'0' + (a % 11) as u8)); }
                9 => fit(&mut stage.state, Rect::new(0, 0, a, b)),
                10 => stage.refresh(),
                _ => {
                    let kinds = [MouseKind::Press, MouseKind::Drag, MouseKind::Release, MouseKind::WheelUp,
                        MouseKind::WheelDown, MouseKind::Double, MouseKind::Menu];
                    point(&mut stage, kinds[action % kinds.len()], (a, b), area);
                }
            }
            let spot = stage.state.spot();
            prop_assert!(spot.minute < 1440);
            prop_assert!(stage.state.grid.day_of(spot.date).is_some());
            let posts = stage.state.grid.around(spot).len();
            prop_assert!(spot.index < posts.max(1));
            if !is_moving(&stage.state) {
                let here = stage.state.grid.at(spot).map(|entry| entry.post.id);
                prop_assert_eq!(stage.shared.cursor, here);
            }
        }
        let mut buf = Buffer::empty(Rect::new(0, 0, 250, 80));
        let glyphs = if ascii { Glyphs::ascii() } else { Glyphs::unicode() };
        let theme = Theme { glyphs, ..Theme::default() };
        view(&stage.state, &stage.shared, &stage.board, &theme, true, area, &mut buf);
        let outside = |at: (u16, u16)| !area.contains(at.into());
        for (at, cell) in (0u16..80).flat_map(|y| (0u16..250).map(move |x| (x, y))).zip(&buf.content) {
            prop_assert!(cell.symbol() == " " || !outside(at), "drawn outside at {:?}", at);
        }
    }
}
