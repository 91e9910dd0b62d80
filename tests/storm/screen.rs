//! The screen itself is killed: while it starts and sends what waits, and right after a person moved a post.

use std::ffi::OsStr;
use std::time::{Duration, Instant};

use vt100::Screen;

use super::{Storm, TURN, asked};
use crate::tty::{Tty, runsheet};

const CTRL_P: &str = "\x10";
/// How often the screen is killed in the short storm.
const FEW: u64 = 4;
/// How many posts are moved, in turn.
const MOVED: u64 = 2;

/// The screen, on the store that the commands write to.
fn open(storm: &mut Storm) -> Tty {
    storm.clock.turn(TURN);
    let command = storm.command(&[]);
    let args: Vec<&str> = command.get_args().map(|arg| arg.to_str().unwrap()).collect();
    let env: Vec<(&str, &OsStr)> =
        command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?))).collect();
    Tty::open_with(100, 30, runsheet(&args), &env)
}

fn import(storm: &mut Storm, posts: u64) {
    let file = storm.batch(usize::try_from(posts).unwrap());
    assert!(storm.run(&["import", file.to_str().unwrap()], &[]).status.success());
}

/// Finds a post on the screen and puts it an hour later, up to the key that drops it.
fn move_one(tty: &mut Tty, number: u64) {
    let name = format!("Storm warning number {number} for");
    tty.press(CTRL_P, "among");
    tty.keys(&name);
    let best = |screen: &Screen| screen.contents().lines().find(|line| line.contains("post ")).map(str::to_owned);
    tty.until("it to be found", |screen| best(screen).is_some_and(|line| line.contains(&name)));
    tty.keys("\r");
    tty.hides("Find anything");
    tty.shows("● scheduled · ");
    tty.press("m", "MOVE");
    tty.keys("j\r");
}

fn screen_storm(provider: &'static str) {
    let kills = asked().map_or(FEW, |kills| kills / 4).max(FEW);
    let mut storm = Storm::new(provider);
    // Those that are moved; the first to be sent, so that each is settled before it is moved.
    let settled = MOVED;
    import(&mut storm, settled);
    let began = Instant::now();
    let tty = open(&mut storm);
    let world = storm.demo.world.clone();
    tty.until("what waits to be sent", |_| world.posts(provider).len() as u64 == settled);
    let whole = began.elapsed();
    tty.kill();
    let within = |storm: &mut Storm, span: Duration| {
        Duration::from_micros(storm.dice(u64::try_from(span.as_micros()).unwrap() * 5 / 4))
    };
    for round in 0..kills {
        import(&mut storm, 2);
        let mut tty = open(&mut storm);
        if round % 2 == 1 {
            tty.shows("2 Calendar");
            move_one(&mut tty, round / 2 % MOVED);
        }
        std::thread::sleep(within(&mut storm, whole));
        tty.kill();
        storm.kills += 1;
        storm.demo.world.release();
    }
    storm.settle();
    println!("{provider}: the screen killed {kills} times, {} posts: each once", storm.texts.len());
}

macro_rules! storms {
    ($($provider:ident),*) => {
        $(#[test] fn $provider() { screen_storm(stringify!($provider)); })*
    };
}

storms!(late, voxburst, postforme, posto, oktopost);
