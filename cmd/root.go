// Package cmd is the command line: one file per verb, read top to bottom, and
// one wrapper that shows answers and picks the exit code.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
)

// An Env is the whole outside world of a run, but for files and the network.
type Env struct {
	In       io.Reader
	Out, Err io.Writer
	Terminal struct{ In, Out, Err bool } // which streams are terminals
	Width    int                         // of the terminal, in columns; 0: no wrapping
	Piped    func() bool                 // whether In is a pipe or a file
	Getenv   func(string) string
	Now      func() time.Time

	// Password asks the person at the terminal; see [ui.Password].
	Password func(ctx context.Context, prompt string) ([]byte, error)

	// Wait waits, for an answer that is to be asked for again; nil is a timer.
	Wait func(ctx context.Context, d time.Duration) error

	// Listen makes signals end ctx, from the first call on. Before that, they end the
	// process, which has done nothing yet; a run that never waits need not set them up.
	Listen func()
}

// Main runs the command line of this process and returns its exit code.
func Main() int {
	in, out, err := os.Stdin, os.Stdout, os.Stderr
	env := Env{In: in, Out: out, Err: err, Getenv: os.Getenv, Now: time.Now, Password: ui.Password}
	env.Piped = func() bool { return ui.Piped(in) }
	env.Terminal.In, _ = ui.Terminal(in)
	env.Terminal.Out, env.Width = ui.Terminal(out)
	env.Terminal.Err, _ = ui.Terminal(err)

	cobra.EnableCommandSorting = false // help has them in the order of use
	ctx, cancel := context.WithCancelCause(context.Background())
	env.Listen = sync.OnceFunc(func() {
		signals := make(chan os.Signal, 1)
		// SIGQUIT too: Ctrl-\ at a prompt would leave the terminal mute, and print what
		// every goroutine has at hand.
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
		go func() {
			s := <-signals
			signal.Stop(signals) // a second one ends the process at once
			cancel(signalError{s})
		}()
	})
	return Run(ctx, env, os.Args[1:])
}

// A signalError is why a run was cut short.
type signalError struct{ os.Signal }

func (e signalError) Error() string { return e.String() }

// Run runs one command line and returns its exit code.
func Run(ctx context.Context, env Env, args []string) int {
	a := &app{Env: env, ctx: ctx}
	if a.Listen == nil {
		a.Listen = func() {}
	}
	a.In = interruptible{ctx, env.In, a.Listen}
	for _, arg := range args { // whatever it was meant for, no message repeats a token
		if start := strings.Index(arg, "eyJ"); start >= 0 && strings.Count(arg, ".") >= 2 {
			a.secrets.Add([]byte(arg[start:]))
		}
	}
	root := a.commands(args)
	if completes(args) {
		a.completions(root, beforeWord(args))
	}
	root.SetArgs(args)
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	done := make(chan error, 1)
	go func() { done <- a.guard(func() error { return root.ExecuteContext(ctx) }) }()
	select {
	case err := <-done:
		a.finish(args, err)
	case <-ctx.Done():
		select {
		case <-done: //nolint:errcheck // what came of it was not waited for
		case <-time.After(grace):
		}
		if out := a.out.Load(); out != nil {
			out.discard()
		}
		return a.interruption().number()
	}
	return a.exit.number()
}

// grace is how long a verb may take to end once it is interrupted. Some system
// calls cannot be: opening a pipe that nobody writes to, writing to one that
// nobody reads.
const grace = 300 * time.Millisecond

// interruption is the code for why a run was cut short. One that waits to be told to
// end was not.
func (a *app) interruption() exitCode {
	if a.ended.Load() {
		return exitOK
	}
	if s, ok := errors.AsType[signalError](context.Cause(a.ctx)); ok && s.Signal == syscall.SIGTERM {
		return exitTerminated
	}
	return exitInterrupted
}

// finish ends a run: its error, if it has one, and the file of --out.
func (a *app) finish(args []string, err error) {
	if err != nil && !a.entered {
		if unknown := a.unknownCommand(args); unknown != nil {
			err = unknown // what is wrong with its flags does not matter
		}
		err = asUsage(err)
		if name := wantedFormat(args); slices.Contains(formatNames(), name) { // also if it stands behind what is wrong
			a.globals.format.value = name
		}
	}
	if a.ctx.Err() != nil {
		a.exit, a.cut = a.interruption(), true
	} else if err != nil {
		a.fail(err)
	}
	if err := a.closeOut(); err != nil {
		a.fail(err)
	}
	if a.exit == exitNone && completes(args) {
		a.exit = exitOK
	}
	if a.exit == exitNone {
		a.fail(errForgot)
	}
}

// completes reports whether a shell asks what may come next. Cobra answers that
// itself, in a command that is no verb of ours.
func completes(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// beforeWord is what a shell says of the line: all but the word at the cursor.
func beforeWord(args []string) []string { return args[1:max(1, len(args)-1)] }

// unknownCommand is the error about a command line that starts with none of the
// commands; nil if it does, or with a flag.
func (a *app) unknownCommand(args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return nil
	}
	root := a.commands(nil)
	root.InitDefaultHelpCmd()
	if found, _, err := root.Find(args[:1]); err == nil && found != root {
		return nil
	}
	return noCommand(root, args[:1])
}

// wantedFormat is the format that a command line asks for which could not be read.
func wantedFormat(args []string) string {
	for i, arg := range args {
		switch arg {
		case "--":
			return ""
		case "-j", "--json":
			return "json"
		case "-f", "--format":
			return strings.Join(args[i+1:min(i+2, len(args))], "")
		}
		for _, prefix := range []string{"-f", "--format="} {
			if name, ok := strings.CutPrefix(arg, prefix); ok {
				return name
			}
		}
	}
	return ""
}

var (
	errForgot = errors.New("the command ended without an answer; this is a bug")
	errWrite  = errors.New("the output could not be written")
)

// A panicError is a panic, without what was passed to it: that may be a token.
type panicError struct{ at string }

func (e panicError) Error() string { return "this program has a bug, at " + e.at }

// guard turns a panic into an error that says where, and nothing else.
func (a *app) guard(run func() error) (err error) {
	defer func() {
		if recover() == nil {
			return
		}
		var at []string
		counters := make([]uintptr, 32)
		frames := runtime.CallersFrames(counters[:runtime.Callers(3, counters)])
		for frame, more := frames.Next(); more && len(at) < 4; frame, more = frames.Next() {
			if _, name, ours := strings.Cut(frame.Function, "jwt-toolkit/jwt/"); ours {
				at = append(at, fmt.Sprintf("%s line %d", name, frame.Line))
			}
		}
		err = panicError{strings.Join(at, ", ")}
	}()
	return run()
}

// An app is one run: its world, its flags and the answer so far.
type app struct {
	Env
	globals globalFlags
	secrets ui.Secrets
	origins map[string]origin // of the flags that were not given, but set elsewhere
	stdin   string            // what stdin was read for; it can be read once
	most    int64             // bytes of a value that is read; 0: maxValue
	title   string            // of the command that runs: "jwt verify"
	entered bool              // the command line was understood, and the verb runs
	exit    exitCode          // of all answers so far
	shown   int               // answers so far
	cut     bool              // something of them is missing
	ctx     context.Context
	out     atomic.Pointer[outFile] // of --out; taken away by who gives up waiting
	ended   atomic.Bool             // the verb runs until it is told to end, and has ended well

	reports bool          // whether the answers are collected for a report
	cases   []ui.TestCase // those so far
	report  ui.Report     // the one answer, of a verb that has one
	about   string        // what it is about

	saidOnce sync.Mutex
	said     map[string]bool // notes that were given: one is enough for many tokens
}

// An answer is what a verb found out about one thing. One value drives text,
// JSON and exit code.
type answer struct {
	exit exitCode
	json any
	text func(*ui.Page)
	bare []byte // instead of text: bytes for the next program, as they are
	made bool   // it is what the verb was to make, not a report about something

	findings func() []finding // what stands out, for CI systems
	report   func() ui.Report // all of it, to be read later
	place    string           // of several things, which this is about

	notes []string // for stderr: what was done on the way
	hints []string // for stderr: what to do next
	usual []string // the same, of the run and not of this one thing
	err   error    // instead of all that: there is no answer
}

// A finding is one thing that stands out in an answer.
type finding struct {
	level ui.Level
	text  string
}

// verb wraps a verb for Cobra. The verb shows its answers with a.show; an error
// means that there is none.
func (a *app) verb(run func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		if err := a.openOut(); err != nil {
			return err
		}
		a.entered, a.title = true, c.CommandPath()
		if a.globals.version {
			return a.showVersion()
		}
		if err := a.settle(c); err != nil {
			return err
		}
		return run(c.Context(), args)
	}
}

// A rendering is an answer as it will be written: made where the answer was
// found, so that many can be made at once, and written in order.
type rendering struct {
	exit     exitCode
	out, err []byte
	hints    []hint
	test     ui.TestCase // if there is a report
}

// A hint is what to do next, and about which of several things. However many these
// are, it is given once.
type hint struct{ place, text string }

func (a *app) show(ans answer) error { return a.write(a.render(ans)) }

// fail shows an error as the answer.
func (a *app) fail(err error) {
	if writeErr := a.write(a.render(answer{err: err})); writeErr != nil {
		a.exit = a.exit.and(exitUnexpected)
	}
}

func (a *app) render(ans answer) rendering {
	var r rendering
	if ans.err != nil {
		r.exit, r.err, r.hints = a.renderError(ans.err)
	} else {
		r.exit = ans.exit
		if r.exit == exitNone {
			r.exit = exitBug
		}
		if !bool(a.globals.quiet) || a.out.Load() != nil || ans.bare != nil || ans.made { // what was asked for is no noise
			r.out = a.format(ans)
		}
	}
	if a.reports {
		r.test = a.testCase(ans, r.exit)
		if ans.report != nil {
			a.report = ans.report()
		}
	}
	var b strings.Builder
	if !a.globals.quiet {
		for _, note := range ans.notes {
			fmt.Fprintf(&b, "%s\n", a.wrapErr("note: "+ui.Escape(note)))
		}
	}
	b.Write(r.err)
	if !a.json() && !bool(a.globals.quiet) {
		for _, text := range ans.hints {
			r.hints = append(r.hints, hint{ans.place, text})
		}
		for _, text := range ans.usual {
			r.hints = append(r.hints, hint{"", text})
		}
	}
	r.err = []byte(a.secrets.Redact(b.String()))
	return r
}

// write puts a rendering where it belongs: the answer first, then what is said
// about it.
func (a *app) write(r rendering) error {
	a.exit = a.exit.and(r.exit)
	if a.reports {
		a.cases = append(a.cases, r.test)
	}
	if len(r.out) > 0 {
		if _, err := a.stdout().Write(r.out); err != nil {
			a.cut = true
			return fmt.Errorf("%w: %w", errWrite, err)
		}
		a.shown++
	}
	for _, h := range r.hints {
		if len(a.once([]string{"hint: " + h.text})) > 0 {
			line := a.wrapErr("hint: " + ui.Escape(givenToken{place: h.place}.named(h.text)))
			r.err = append(r.err, a.secrets.Redact(line+"\n")...)
		}
	}
	if len(r.err) > 0 {
		_, _ = a.Err.Write(r.err) // if stderr is gone, there is nobody to tell
	}
	return nil
}

// once are the notes that this run has not given yet.
func (a *app) once(notes []string) []string {
	a.saidOnce.Lock()
	defer a.saidOnce.Unlock()
	var fresh []string
	for _, note := range notes {
		if !a.said[note] {
			if a.said == nil {
				a.said = map[string]bool{}
			}
			a.said[note] = true
			fresh = append(fresh, note)
		}
	}
	return fresh
}

// A verb is a command by its name and aliases.
type verb struct {
	names []string
	build func() *cobra.Command
}

// verbs is every command in the order of help, and the one place to add another.
func (a *app) verbs() []verb {
	return []verb{
		{[]string{"sign", "encode"}, a.signCommand},
		{[]string{"decode", "inspect"}, a.decodeCommand},
		{[]string{"verify"}, a.verifyCommand},
		{[]string{"probe"}, a.probeCommand},
		{[]string{"login"}, a.loginCommand},
		{[]string{"serve"}, a.serveCommand},
		{[]string{"key"}, a.keyCommand},
		{[]string{"jwks"}, a.jwksCommand},
		{[]string{"demo"}, a.demoCommand},
		{[]string{"config"}, a.configCommand},
		{[]string{"completion"}, a.completionCommand},
		{[]string{"version"}, a.versionCommand},
	}
}

// commands is the command tree: all of it, or only the verb that args start with.
// A tenth of a start goes into flags that nobody asked for.
func (a *app) commands(args []string) *cobra.Command {
	if completes(args) {
		args = beforeWord(args)
	}
	root := &cobra.Command{
		Use:   "jwt",
		Short: "Sign, decode and verify JSON Web Tokens, and probe deployed APIs",
		Long: `Sign, decode and verify JSON Web Tokens, and find out whether a deployed API
ever sees the Authorization header.`,
		Example: `  jwt sign -S env:SECRET -s alice -a api -e 1h
  jwt verify -S env:SECRET --aud api "$TOKEN"
  jwt probe https://api.example.com/me --token env:TOKEN`,
		Args:          noCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.RunE = a.verb(func(context.Context, []string) error { return a.showHelp(root) })
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddGroup(
		&cobra.Group{ID: groupEveryday, Title: "Everyday"},
		&cobra.Group{ID: groupDeployed, Title: "Live API"},
		&cobra.Group{ID: groupKeys, Title: "Keys"},
		&cobra.Group{ID: groupOther, Title: "Other"},
	)
	for _, v := range a.verbs() {
		if len(args) == 0 || slices.Contains(v.names, args[0]) {
			c := v.build()
			c.Aliases = v.names[1:]
			root.AddCommand(c)
		}
	}
	if len(args) > 0 && !root.HasSubCommands() { // no verb comes first: help, a flag, a slip
		return a.commands(nil)
	}
	root.SetHelpCommand(a.helpCommand())
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		if err := a.showHelp(c); err != nil {
			a.fail(err)
		}
	})
	root.SetFlagErrorFunc(flagError)
	root.SetGlobalNormalizationFunc(strangersNames)
	a.globals.bind(root)
	return root
}

const (
	groupEveryday = "everyday"
	groupDeployed = "deployed"
	groupKeys     = "keys"
	groupOther    = "other"
)
