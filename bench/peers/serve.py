"""The bench's protocol for a peer written in Python; serve.mjs describes it."""

import json
import math
import sys


def serve(open_peer):
    """Runs a peer that is timed until standard input ends.

    open_peer(setting) returns (version, run); run(steps) returns (ms per step, mean loss).
    """

    def times(run, request):
        ms, loss = run(request["steps"])
        if math.isnan(loss):
            raise ArithmeticError("the loss is not a number")
        return {"ms": ms, "loss": loss}

    converse(open_peer, times)


def converse(open_peer, answer):
    """Answers each request on standard input by answer(run, request), a dictionary."""
    replies = sys.stdout
    sys.stdout = sys.stderr  # what a library prints must not mix with the replies

    def say(message):
        print(json.dumps(message), file=replies, flush=True)

    try:
        version, run = open_peer(json.loads(sys.argv[1]))
        say({"ready": True, "version": version})
        for line in sys.stdin:
            say(answer(run, json.loads(line)))
    except Exception as error:
        first_line = next(iter(str(error).strip().splitlines()), "")
        say({"error": f"{type(error).__name__}: {first_line}"})
        sys.exit(1)
