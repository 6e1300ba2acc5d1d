"""The structural cases in Python's `jsonschema`."""

import json
import sys
from pathlib import Path

from jsonschema import Draft7Validator, Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
DRAFTS = {"": Draft202012Validator, "draft-07/": Draft7Validator}


def validator(draft, schema, env, known={}):
    folder = "development/" if env == "development" else ""
    path = ROOT / "schemas" / f"{folder}{draft}{schema}.schema.json"
    if path not in known:
        content = json.loads(path.read_text(encoding="utf-8"))
        DRAFTS[draft].check_schema(content)
        known[path] = DRAFTS[draft](content)
    return known[path]


def main():
    passed = failed = 0
    text = (ROOT / "fixtures" / "structural.jsonl").read_text(encoding="utf-8")
    cases = [json.loads(line) for line in text.split("\n") if line]
    for draft in DRAFTS:
        for case in cases:
            valid = validator(draft, case["schema"], case["env"]).is_valid(case["document"])
            if valid == case["valid"]:
                passed += 1
            else:
                failed += 1
                should = "valid" if case["valid"] else "refused"
                print(f"{draft}{case['schema']} ({case['env']}): {case['name']} should be {should}", file=sys.stderr)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
