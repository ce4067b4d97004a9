//! The playground: whether what is committed is what its sources build, and whether it works.

use crate::command::{answer, run, variable, vigil, words};

/// What Debian and others call the browser that the tests drive.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Builds the page anew, compares, and tries the page in a browser without internet.
pub(crate) fn check() -> Result<(), String> {
    run(&mut words("npm --prefix playground ci"))?;
    run(&mut words("npm --prefix playground run check"))?;
    let browser = browser()?;
    run(&mut words("npm --prefix tests/playground ci"))?;
    let mut check = words("npm --prefix tests/playground run check");
    run(check.env("VIGIL", vigil()?).env("CHROMIUM", browser))
}

/// The browser's path: the one that `CHROMIUM` names, or the first that is installed.
fn browser() -> Result<String, String> {
    let found = || {
        let path = |name| answer(&mut words(&format!("which {name}")));
        BROWSERS.into_iter().find_map(path)
    };
    let missing = "no browser: `apt-get install chromium`, or name one with CHROMIUM=path";
    variable("CHROMIUM").or_else(found).ok_or_else(|| missing.to_owned())
}
