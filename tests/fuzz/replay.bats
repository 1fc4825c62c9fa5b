# Everything that fuzzing has found interesting, given once more to each parser.
# (How to fuzz: the head of fuzz.h.)

@test "the corpora replay: change, gate, lines, output, request, stream, subscription, update, view" {
    export ASAN_OPTIONS=detect_leaks=1
    for target in change gate lines output request stream subscription update view; do
        run "$BUILD_DIR/tests/fuzz/fuzz_$target" "$SRC_DIR/tests/fuzz/corpus/$target"
        [ "$status" = 0 ] || { echo "$target: $output"; false; }
        [[ $output == *"ok 1"* ]]
    done
}
