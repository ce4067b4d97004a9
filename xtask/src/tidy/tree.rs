//! The files of the project, and no others: what git knows or would add.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::command::{answer, root, words};

/// Folders that git would leave out, for a tree that came without git.
const LEFT_OUT: [&str; 4] = [".git", "generated", "node_modules", "target"];

/// Every text file, by its path from the root.
pub(super) fn texts() -> Vec<(PathBuf, String)> {
    let root = root();
    let mut paths = listed().unwrap_or_else(|| walked(&root));
    paths.sort();
    let text = |path: PathBuf| Some((fs::read_to_string(root.join(&path)).ok()?, path));
    paths.into_iter().filter_map(text).map(|(text, path)| (path, text)).collect()
}

fn listed() -> Option<Vec<PathBuf>> {
    let list = "git ls-files --cached --others --exclude-standard -z";
    let names = answer(&mut words(list))?;
    Some(names.split_terminator('\0').map(PathBuf::from).collect())
}

fn walked(root: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
            if !is_folder {
                files.extend(path.strip_prefix(root).map(Path::to_owned));
            } else if !LEFT_OUT.iter().any(|it| name == *it) {
                folders.push(path);
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_without_git_is_walked() {
        let files = walked(&root());

        assert!(files.contains(&PathBuf::from("xtask/src/tidy/tree.rs")), "{files:?}");
        assert!(!files.iter().any(|it| it.starts_with("target")), "{files:?}");
    }
}
