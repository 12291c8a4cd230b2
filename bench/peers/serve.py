"""The bench's protocol for a peer written in Python; serve.mjs describes it."""

import json
import math
import sys


def serve(open_peer):
    """Runs a peer until standard input ends.

    open_peer(setting) returns (version, run); run(steps) returns (ms per step, mean loss).
    """
    replies = sys.stdout
    sys.stdout = sys.stderr  # what a library prints must not mix with the replies

    def say(message):
        print(json.dumps(message), file=replies, flush=True)

    try:
        version, run = open_peer(json.loads(sys.argv[1]))
        say({"ready": True, "version": version})
        for line in sys.stdin:
            ms, loss = run(json.loads(line)["steps"])
            if math.isnan(loss):
                raise ArithmeticError("the loss is not a number")
            say({"ms": ms, "loss": loss})
    except Exception as error:
        first_line = next(iter(str(error).strip().splitlines()), "")
        say({"error": f"{type(error).__name__}: {first_line}"})
        sys.exit(1)
