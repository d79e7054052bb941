"""What is found good or not, counted, and the line a test ends in."""
passed = failed = 0


def check(good, what, *more):
    global passed, failed
    if isinstance(what, bool):	# the other way round it would never fail
        raise TypeError("check(good, what): %r says nothing" % what)
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", what, *more)
    return good


def finish():
    print("%d passed, %d failed" % (passed, failed))
    raise SystemExit(1 if failed else 0)
