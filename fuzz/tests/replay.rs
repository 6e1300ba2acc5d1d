//! Every input that was kept, through its property; no fuzzer and no special build is needed for that.

use std::{fs, path::Path};

#[test]
fn every_kept_input_holds_its_property() {
    for (name, property) in relance_fuzz::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let mut replayed = 0;
        for entry in fs::read_dir(&folder).expect("a folder of inputs for each property") {
            let path = entry.expect("an input").path();
            // Shown when one of them fails.
            eprintln!("{}", path.display());
            property(&fs::read(path).expect("an input"));
            replayed += 1;
        }
        assert!(replayed > 0, "no input of {name}");
    }
}
