//! Pictures in the preview: of real files, in half blocks, beside what is said of them.

use std::path::PathBuf;

use image::{DynamicImage, Rgb, RgbImage};
use ratatui::style::Color;
use tempfile::TempDir;

use crate::stage::{MIDDLE, SIZES, Stage};

const BLUESKY: &str = "acme.bsky.social";
const LINKEDIN: &str = "acme-gmbh";
const ALT: &str = "A red sky over a blue sea";
const SKY: Color = Color::Rgb(204, 36, 29);
const SEA: Color = Color::Rgb(29, 78, 137);

/// A picture of two colours, so that what is drawn can be told.
fn sunset(folder: &TempDir, name: &str) -> PathBuf {
    sunset_of(folder, name, (1600, 1200))
}

fn sunset_of(folder: &TempDir, name: &str, (width, height): (u32, u32)) -> PathBuf {
    let colour = |_, y: u32| if y < height / 2 { Rgb([204, 36, 29]) } else { Rgb([29, 78, 137]) };
    let path = folder.path().join(name);
    DynamicImage::from(RgbImage::from_fn(width, height, colour)).save(&path).unwrap();
    path
}

fn pictures_are_seen_where_they_will_be(size: (u16, u16)) {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = Stage::late(size);
    stage.show_pictures().compose("Closing time at the roastery", &[BLUESKY], "fri 14");
    stage.attach(&sunset(&folder, "sunset.png"), ALT);
    // On a narrow screen the preview is asked for.
    if size.0 < 100 {
        stage.keys("v");
    }
    stage.until_ground(SKY, true).until_ground(SEA, true).snapshot("pictures");
    // A sheet lies over everything, and what was under it comes back.
    stage.keys("Ctrl-s").until("nothing is sent yet").until_ground(SKY, false).keys("Esc").until_ground(SKY, true);
}

fn several_stand_as_the_network_shows_them(size: (u16, u16)) {
    let folder = tempfile::tempdir().unwrap();
    let picture = |name| sunset_of(&folder, name, (400, 300)).display().to_string();
    let dropped = ["a.png", "b.png", "c.png", "d.png", "e.png"].map(picture);
    let open = |stage: &mut Stage, files: &[String], channel: &str| {
        stage.compose("Closing time", &[channel], "fri 14").keys("m").until("Media").paste(&files.join(" "));
        stage.until(&format!("{} files", files.len())).keys("Esc");
        // On a narrow screen the preview is asked for.
        if size.0 < 100 {
            stage.keys("v");
        }
    };
    let mut stage = Stage::late(size);
    open(stage.show_pictures(), &dropped[..4], BLUESKY);
    stage.until_ground(SKY, true).until_ground(SEA, true).snapshot("pictures_quarters");
    let mut stage = Stage::late(size);
    open(stage.show_pictures(), &dropped[..3], BLUESKY);
    stage.until_ground(SKY, true).snapshot("pictures_three");
    // Where the terminal shows none, words stand in the same places.
    let mut stage = Stage::late(size);
    open(&mut stage, &dropped, LINKEDIN);
    stage.until("1 image").snapshot("pictures_in_words");
}

#[test]
fn at_every_size() {
    for size in SIZES {
        pictures_are_seen_where_they_will_be(size);
        several_stand_as_the_network_shows_them(size);
    }
}

#[test]
fn a_picture_that_is_none_and_one_that_went_are_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = sunset(&folder, "sunset.png");
    let mut stage = Stage::late(MIDDLE);
    // Only its header is a picture's.
    let header = stage.picture("header.png", (1600, 1200), 4000);
    stage.show_pictures().compose("Closing time", &[BLUESKY], "fri 14").attach(&header, ALT);
    stage.until("no picture: it is cut off or damaged").until_ground(SKY, false);
    stage.keys("m").until("Media").keys("d Esc").attach(&path, ALT).until_ground(SKY, true);
    // Left, it is let go; and opened again it is looked for where it was.
    stage.keys("Esc").gone("Compose").until_ground(SKY, false);
    std::fs::remove_file(&path).unwrap();
    stage.pause().keys("g p e").until("Compose").until("no picture: the file is not there any more");
    assert_eq!(stage.only("Closing time").media[0].alt, ALT, "and nothing else is lost");
}
