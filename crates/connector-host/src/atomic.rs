//! Writes files atomically for concurrent readers.

use std::io::{self, Write};
use std::path::Path;

/// Writes `bytes` to `path`; a reader sees either the old or the new file. A file with the same
/// content is not touched.
///
/// # Errors
///
/// When the folder or the file cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if std::fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    replace(path, &readable(), bytes)
}

/// Like [`write()`], for private files: files and new folders are accessible to the owner only.
///
/// # Errors
///
/// When the folder or the file cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)?;
    // Temporary files are private by default.
    replace(path, &tempfile::Builder::new(), bytes)
}

fn replace(path: &Path, builder: &tempfile::Builder<'_, '_>, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

/// With the usual permissions of a new file.
#[cfg_attr(not(unix), allow(unused_mut, reason = "only Unix has modes"))]
fn readable() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}
