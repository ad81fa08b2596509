package cmd

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/issuer"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/keysource"
	"github.com/jwt-toolkit/jwt/pkg/login"
	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
	"github.com/jwt-toolkit/jwt/pkg/web"
	"github.com/jwt-toolkit/jwt/pkg/when"
)

// An exitCode is what a run tells the shell. The zero value is not a code: a
// command that forgets its answer must not look like success.
type exitCode int

const (
	exitNone          exitCode = 0
	exitOK            exitCode = -1 // 0 to the shell; see number
	exitUnexpected    exitCode = 1
	exitUsage         exitCode = 2
	exitInput         exitCode = 3
	exitNoAnswer      exitCode = 4
	exitSignature     exitCode = 10
	exitExpired       exitCode = 11
	exitNotYet        exitCode = 12
	exitClaims        exitCode = 13
	exitNoKey         exitCode = 14
	exitStripped      exitCode = 20
	exitRejected      exitCode = 21
	exitUndecided     exitCode = 22
	exitAltered       exitCode = 23
	exitIntercepted   exitCode = 24
	exitUnexpectedYes exitCode = 25
	exitBug           exitCode = 70 // EX_SOFTWARE of sysexits.h
	exitInterrupted   exitCode = 130
	exitTerminated    exitCode = 143
)

// An exitRow is what one code means. The error name is what scripts match on.
type exitRow struct {
	code      exitCode
	name      string // in {"error":{"code":…}}
	meaning   string
	retryable bool
	outcomes  []verify.Outcome
	verdict   string // of a probe
}

// exits is every code, and the one place to add another. The help topic, the
// table in the README and the tests are made from it.
var exits = []exitRow{
	{exitOK, "", "made, shown, valid; probe: as expected (accepted; without a token: seen); serve: told to end", false, []verify.Outcome{verify.Valid}, ""},
	{exitUnexpected, "unexpected", "something unexpected, or the output could not be written", false, nil, ""},
	{exitUsage, "usage", "wrong use: flags, settings, two key sources", false, nil, ""},
	{exitInput, "input", "input that cannot be read: token, JSON, key, file; login: refused", false, []verify.Outcome{verify.Malformed}, ""},
	{exitNoAnswer, "no-answer", "no answer: DNS, TLS, timeout, JWKS not to be had; probe: no experiment got one; login: no token in it", true, nil, ""},
	{exitSignature, "signature", "signature wrong; algorithm not allowed, or not one of the keys'; a header that demands more (crit)", false, []verify.Outcome{verify.BadSignature, verify.AlgRefused}, ""},
	{exitExpired, "expired", "expired, or too soon for --min-ttl, and nothing else is wrong", false, []verify.Outcome{verify.Expired}, ""},
	{exitNotYet, "not-yet-valid", "not valid yet, or issued in the future", false, []verify.Outcome{verify.NotYetValid}, ""},
	{exitClaims, "claims", "a claim or the typ is not as expected", false, []verify.Outcome{verify.ClaimMismatch}, ""},
	{exitNoKey, "no-key", "no key that can be used, or none whose kid, use and certificate fit; with --strict: a weak key", false, []verify.Outcome{verify.NoKey}, ""},
	{exitStripped, "stripped", "probe: the header does not reach the application", false, nil, "stripped"},
	{exitRejected, "rejected", "probe: the header was seen and refused", false, nil, "rejected"},
	{exitUndecided, "undetermined", "probe: it cannot be told", true, nil, "undetermined"},
	{exitAltered, "altered", "probe: another header arrives than was sent", false, nil, "altered"},
	{exitIntercepted, "intercepted", "probe: something in front answers instead", false, nil, "intercepted"},
	{exitUnexpectedYes, "accepted", "probe: accepted, but something else was expected", false, nil, "accepted"},
	{exitBug, "bug", "a bug in this program", false, nil, ""},
	{exitInterrupted, "interrupted", "interrupted (Ctrl-C)", true, nil, ""},
	{exitTerminated, "terminated", "terminated", true, nil, ""},
}

// worst is which code stands for a run that has several: the first.
var worst = []exitCode{
	exitBug, exitInterrupted, exitTerminated, exitUnexpected, exitUsage, exitNoAnswer,
	exitInput, exitSignature, exitNoKey, exitClaims, exitNotYet, exitExpired,
	exitStripped, exitAltered, exitIntercepted, exitRejected, exitUndecided, exitUnexpectedYes, exitOK,
}

// number is the code as the shell sees it.
func (c exitCode) number() int {
	switch c {
	case exitOK:
		return 0
	case exitNone:
		return int(exitBug)
	}
	return int(c)
}

func (c exitCode) row() exitRow {
	i := slices.IndexFunc(exits, func(r exitRow) bool { return r.code == c })
	if i < 0 {
		return exitBug.row()
	}
	return exits[i]
}

// and is the code for both of two answers.
func (c exitCode) and(other exitCode) exitCode {
	for _, w := range worst {
		if c == w || other == w {
			return w
		}
	}
	return exitNone
}

// exitOf is the code for the outcome of a verification.
func exitOf(o verify.Outcome) exitCode {
	for _, row := range exits {
		if slices.Contains(row.outcomes, o) {
			return row.code
		}
	}
	return exitBug
}

// exitOfVerdict is the code for a probe: success if it is as expected, else the
// verdict's own.
func exitOfVerdict(v diagnose.Verdict, expected bool) exitCode {
	if expected {
		return exitOK
	}
	for _, row := range exits {
		if row.verdict == v.String() {
			return row.code
		}
	}
	return exitBug
}

// A usageError is wrong use: nothing was done.
type usageError struct {
	message string
	hint    string
}

func (e *usageError) Error() string { return e.message }

// exitOfError is the code for an error, by its type.
func exitOfError(err error) exitCode {
	switch {
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case is[*usageError](err), is[*sign.MemberError](err), is[*when.Error](err), is[*alg.KeyError](err),
		is[*settingError](err), is[*fileError](err):
		return exitUsage
	case is[*probe.TargetError](err):
		return exitUsage
	case is[*web.StatusError](err), is[*issuer.Error](err), is[*keysource.OfflineError](err), is[*noAnswerError](err):
		return exitNoAnswer
	case is[*login.Error](err):
		if e, _ := errors.AsType[*login.Error](err); e.Fault == login.Refused {
			return exitInput // as a wrong password of a key is
		}
		return exitNoAnswer
	case is[*web.Error](err):
		if e, _ := errors.AsType[*web.Error](err); e.Fault == web.BadURL || e.Fault == web.Insecure {
			return exitUsage
		}
		return exitNoAnswer
	case is[*jsonError](err):
		if e, _ := errors.AsType[*jsonError](err); e.pair.op == opJSON {
			return exitUsage
		}
		return exitInput
	case is[*claimError](err):
		return exitClaims
	case is[*inputError](err), is[*keysource.OriginError](err), is[*token.ParseError](err), is[*strict.Error](err),
		is[*key.UnusableError](err), errors.Is(err, alg.ErrNoPrivate):
		return exitInput
	}
	return exitUnexpected
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// exitTable is the codes as text: of the help topic and, in Markdown, of the README.
func exitTable(row func(code, meaning, outcomes string) string) string {
	var b strings.Builder
	for _, r := range exits {
		b.WriteString(row(strconv.Itoa(r.code.number()), r.meaning, strings.Join(r.outcomeNames(), ", ")))
	}
	return b.String()
}

// outcomeNames are the outcomes of verify, and the verdict of a probe, that a row is for.
func (r exitRow) outcomeNames() []string {
	var names []string
	for _, o := range r.outcomes {
		names = append(names, string(o))
	}
	if r.verdict != "" {
		names = append(names, r.verdict)
	}
	return names
}
