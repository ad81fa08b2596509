package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
)

// A givenToken is what was given as one, cleaned.
type givenToken struct {
	text  string
	place string // "line 3" of a stream, "argument 2"; empty for the only one
	word  string // of the command line that it was; empty if it was read somewhere
	notes []string

	removed []string // what was taken off, for records
}

// errNoToken asks for a token where nothing can be read instead.
var errNoToken = errors.New("no token")

// eachToken judges every token that the arguments name, or that stdin has, one a
// line, and shows the answers in order.
func (a *app) eachToken(ctx context.Context, c *cobra.Command, args []string, judge func(givenToken) answer) error {
	if len(args) == 0 {
		if a.Terminal.In {
			return a.shortHelp(c, "no token")
		}
		args = []string{"-"}
	}
	for i, arg := range args {
		place := ""
		if len(args) > 1 {
			place = "argument " + strconv.Itoa(i+1)
		}
		err := a.oneArgument(ctx, arg, place, judge)
		if len(args) > 1 && is[*inputError](err) { // the others are judged all the same
			a.fail(err)
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *app) oneArgument(ctx context.Context, arg, place string, judge func(givenToken) answer) error {
	switch file, named := strings.CutPrefix(arg, "@"); {
	case arg == "-":
		if err := a.claimStdin("the token"); err != nil {
			return err
		}
		n, err := a.stream(ctx, a.In, place, judge)
		if err != nil && !errors.Is(err, errWrite) && ctx.Err() == nil {
			err = &inputError{"standard input", err}
		}
		if err == nil && n == 0 {
			err = &usageError{"no token on standard input", "give a token as the argument, or pipe one in"}
		}
		return err
	case named:
		f, err := os.Open(file)
		if err != nil {
			return &inputError{"file " + shownName(file), unwrapPath(err)}
		}
		defer f.Close() //nolint:errcheck // only read
		n, err := a.stream(ctx, f, place, judge)
		if err == nil && n == 0 {
			err = errNoToken
		}
		if err != nil && !is[*inputError](err) && !errors.Is(err, errWrite) && ctx.Err() == nil {
			err = &inputError{"file " + shownName(file), err}
		}
		return err
	}
	v, err := a.read("the token", arg)
	if err != nil {
		return err
	}
	given := clean(string(v.data), place)
	if v.literal {
		given.word = arg
	}
	if !isFile(given.word) { // else a hint names it
		a.secrets.Add(v.data)
	}
	return a.show(judge(given))
}

// isFile reports whether a text is the name of a file that is there.
func isFile(name string) bool {
	info, err := os.Stat(name) //nolint:gosec // the user's word, which is looked at and not opened
	return err == nil && info.Mode().IsRegular()
}

func clean(text, place string) givenToken {
	t := givenToken{place: place}
	t.text, t.removed = token.Clean(text)
	if len(t.removed) > 0 {
		t.notes = []string{t.named("taken off the token: " + strings.Join(t.removed, ", "))}
	}
	return t
}

// A misgivenError says why what was given is no token, and what was meant.
type misgivenError struct {
	*token.ParseError
	given givenToken
}

func (e *misgivenError) Unwrap() error { return e.ParseError }

// wrong is an error about the token, with its place.
func (t givenToken) wrong(err error) error {
	if t.place == "" {
		return err
	}
	return &inputError{t.place, err}
}

// named puts the token's place before a message about it.
func (t givenToken) named(message string) string {
	if t.place == "" {
		return message
	}
	return t.place + ": " + message
}

// Sizes of the stream. A chunk is what one worker takes at a time: far cheaper
// than handing over single tokens.
const (
	chunkSize   = 256 << 10
	jobsAWorker = 3
)

// A job is some lines and, once a worker has judged them, the answers.
type job struct {
	lines []byte
	first int // number of the first line, from 1
	done  chan []rendering
}

// stream judges the tokens of r, one a line, on all processors, and shows the
// answers in order as soon as they are there. It returns how many there were. Within
// is what r is one of, if of several.
func (a *app) stream(ctx context.Context, r io.Reader, within string, judge func(givenToken) answer) (int, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan job, workers*jobsAWorker), make(chan job, workers*jobsAWorker)
	for range workers {
		go func() {
			for j := range work {
				var answers []rendering
				err := a.guard(func() error {
					answers = a.judgeLines(j, within, judge)
					return nil
				})
				if err != nil {
					answers = append(answers, a.render(answer{err: err}))
				}
				j.done <- answers
			}
		}()
	}
	var readErr error
	go func() {
		defer close(order)
		defer close(work)
		readErr = chunks(r, func(j job) bool {
			j.done = make(chan []rendering, 1)
			select {
			case <-ctx.Done():
				return false
			case order <- j:
				work <- j
				return true
			}
		})
	}()
	n := 0
	for j := range order {
		for _, answer := range <-j.done {
			n++
			if err := a.write(answer); err != nil {
				return n, err
			}
		}
	}
	if readErr != nil { // closing order happened after it was set
		return n, unwrapPath(readErr)
	}
	return n, ctx.Err()
}

// chunks cuts r into whole lines. What there is of a stream that pauses is handed
// on at once.
func chunks(r io.Reader, yield func(job) bool) error {
	var rest []byte // a line whose end has not come yet
	for line := 1; ; {
		buffer := make([]byte, len(rest)+chunkSize)
		n, err := r.Read(buffer[copy(buffer, rest):])
		if err != nil && err != io.EOF {
			return err
		}
		buffer = buffer[:len(rest)+n]
		end := bytes.LastIndexByte(buffer, '\n') + 1
		if err == io.EOF {
			end = len(buffer)
		}
		if line == 1 && err != io.EOF && (opensObject(buffer) || !hasToken(buffer[:end])) && len(buffer) <= token.MaxSize {
			end = 0 // perhaps one that is wrapped, or JSON of several lines, so its end must be seen
		}
		if end > 0 && !yield(job{lines: buffer[:end], first: line}) || err == io.EOF {
			return nil
		}
		line += bytes.Count(buffer[:end], []byte{'\n'})
		if rest = buffer[end:]; len(rest) > token.MaxSize {
			return fmt.Errorf("line %d is longer than 1 MiB, which no token is", line)
		}
	}
}

// opensObject reports whether a text starts as a JSON object does.
func opensObject(text []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) }

// hasToken reports whether some line has the two dots of a token.
func hasToken(lines []byte) bool {
	for line := range bytes.Lines(lines) {
		if bytes.Count(line, []byte{'.'}) >= 2 {
			return true
		}
	}
	return false
}

func (a *app) judgeLines(j job, within string, judge func(givenToken) answer) []rendering {
	if wrapped(j) {
		return []rendering{a.render(answer{err: errWrapped})}
	}
	if j.first == 1 && opensObject(j.lines) {
		if _, err := strict.ParseObject(bytes.TrimSpace(j.lines)); err == nil { // one, laid out over lines
			return []rendering{a.render(judge(clean(string(j.lines), within)))}
		}
	}
	var answers []rendering
	number := j.first - 1
	alone := number == 0 && bytes.Count(bytes.TrimSpace(j.lines), []byte{'\n'}) == 0
	for line := range bytes.Lines(j.lines) {
		number++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		place := within
		if !alone { // a stream of one token needs no number
			place = strings.TrimPrefix(within+", line "+strconv.Itoa(number), ", ")
		}
		answers = append(answers, a.render(judge(clean(string(line), place))))
	}
	return answers
}

// errWrapped is one token that was given as several lines.
var errWrapped = &inputError{"the token", errors.New("wrapped over several lines")}

// wrapped reports whether lines make one token together and none by itself.
func wrapped(j job) bool {
	if j.first != 1 || len(j.lines) > token.MaxSize {
		return false
	}
	dots, lines := 0, 0
	for line := range bytes.Lines(j.lines) {
		line = bytes.TrimSpace(line)
		inLine := bytes.Count(line, []byte{'.'})
		if inLine == 2 {
			return false
		}
		for _, c := range line {
			if c != '.' && !strict.IsBase64URL(c) {
				return false
			}
		}
		if len(line) > 0 {
			lines++
		}
		dots += inLine
	}
	return lines > 1 && dots == 2
}
