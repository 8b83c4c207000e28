//! Writing a settings file so that a kill at any instant leaves the old one or the new one, never half of one.

use crate::own_files::{self, NewFile, access};
use ringcard_core::Timestamp;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Replaces the file: a new file beside it, flushed to the disk, takes its name. A new file is its owner's only; who may
/// read one that was there is kept, as far as it was chosen. A symbolic link is refused: neither is it followed, nor does
/// it become a file where its owner thinks there is a link.
pub(crate) fn replace(path: &Path, text: &str, is_a_services: bool) -> io::Result<()> {
    own_files::no_link(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    own_files::make_folders(folder)?;
    let name = path.file_name().ok_or_else(|| io::Error::other("it has no file name"))?.to_string_lossy().into_owned();
    let before = fs::metadata(path).ok();
    let is_there = before.is_some();
    if before.is_some_and(|before| before.permissions().readonly()) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is write-protected"));
    }
    let mut beside = NewFile::beside_as(path, folder.join(format!(".{name}.new")))?;
    if is_there {
        access::keep_readers(&beside, path, is_a_services)?;
    } else {
        access::give_to_owner_of(folder, &beside);
    }
    beside.file.write_all(text.as_bytes())?;
    beside.take_its_place()?;
    flush_folder(folder)
}

/// The new name is on the disk only when its folder is.
fn flush_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Takes a broken file out of the way under a name with the time in it, and says which: the person chose to begin with
/// defaults, and nothing of what they wrote is lost.
pub fn set_aside(path: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::other("it has no file name"))?.to_string_lossy().into_owned();
    let stamp = stamp(now);
    let free = (0..1000)
        .map(|number| match number {
            0 => path.with_file_name(format!("{name}.broken-{stamp}")),
            more => path.with_file_name(format!("{name}.broken-{stamp}-{more}")),
        })
        .find(|aside| !aside.exists())
        .ok_or_else(|| io::Error::other("there are a thousand broken files aside already"))?;
    own_files::rename(path, &free)?;
    Ok(free)
}

/// `20251120-134805`, UTC.
fn stamp(now: Timestamp) -> String {
    let seconds = now.0.div_euclid(1000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    format!("{year:04}{month:02}{day:02}-{:02}{:02}{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// The Gregorian date so many days after 1970-01-01, counted in eras of 400 years that begin on 1 March.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_the_date_and_time_in_utc() {
        assert_eq!(stamp(Timestamp(0)), "19700101-000000");
        assert_eq!(stamp(Timestamp(951_782_400_000)), "20000229-000000");
        assert_eq!(stamp(Timestamp(1_763_646_485_999)), "20251120-134805");
        assert_eq!(stamp(Timestamp(4_107_542_399_000)), "21000228-235959");
    }
}
