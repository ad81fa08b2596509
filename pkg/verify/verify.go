// Package verify judges a token against keys and a policy.
package verify

import (
	"cmp"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
)

// A Policy is what the caller demands. The zero Policy demands a good signature
// and a token that is current at the time Now, the year 1 if it is not set.
type Policy struct {
	Algorithms []string // accepted "alg" values; empty: all that the keys allow
	KeyID      string   // look for this "kid", whatever the token says
	Issuer     string
	Audience   []string // the token must be meant for one of these
	Subject    string
	Type       string // the header's "typ"
	Untyped    bool   // the header need not have it, or may say "JWT", which tells no kinds apart
	Require    []string
	OneOf      []string // the token must have at least one of these
	Forbid     []string // it must have none of these
	Claims     []Claim
	Scopes     []string      // the token must have all of these
	Unless     []Claim       // a token with one of these need not meet Scopes, and Claims that are not Firm
	Party      bool          // of several audiences, "azp" must name the one it was issued to
	Leeway     time.Duration // how far clocks may be apart
	MaxAge     time.Duration // how long ago the token may have been issued; 0: any time
	MinTTL     time.Duration // how long the token must go on being valid
	Now        time.Time
	IgnoreExp  bool
	Strict     bool // every warning is a failure
	RawPayload bool // the payload may be any bytes; then no claim is checked

	// Roots are the certificates that the one of the key must lead to; then a key
	// without one is refused. Nil demands nothing.
	Roots *x509.CertPool

	// Thumbprint, if it is not empty, is that of the key (RFC 7638) that the token
	// itself brings along as a proof that its sender has it; no other is used. The
	// proof is for a request, of which the rest is: empty demands nothing.
	Thumbprint  string
	Method      string // HTTP, in "htm"
	URI         string // in "htu"
	AccessToken string // the one that the request carries, by its hash in "ath"
}

// A Claim is the demand for a claim with a value.
type Claim struct {
	Name  string          // or a JSON Pointer, if no claim has this very name
	Value json.RawMessage // a string: the claim is it, or an array that contains it
	Whole bool            // the claim equals Value; an object may have more members
	Firm  bool            // nothing makes up for it
}

// An Outcome is the answer in one word. Scripts match on it.
type Outcome string

// None, the zero Outcome, means that nothing was judged. It is never a pass.
const (
	None          Outcome = ""
	Valid         Outcome = "valid"
	Malformed     Outcome = "malformed"
	BadSignature  Outcome = "bad-signature"
	AlgRefused    Outcome = "alg-refused"
	NoKey         Outcome = "no-key"
	ClaimMismatch Outcome = "claim-mismatch"
	NotYetValid   Outcome = "not-yet-valid"
	Expired       Outcome = "expired"
)

// precedence is which failure names the outcome when there are several: the
// first. So the last two mean that only the time is wrong.
var precedence = []Outcome{Malformed, AlgRefused, BadSignature, NoKey, ClaimMismatch, NotYetValid, Expired}

// Worse is the one of two outcomes that names them both: the first in the order
// of precedence, None before all.
func Worse(a, b Outcome) Outcome {
	rank := func(o Outcome) int {
		switch i := slices.Index(precedence, o); {
		case o == Valid:
			return len(precedence)
		default:
			return i // None: -1
		}
	}
	if rank(a) <= rank(b) {
		return a
	}
	return b
}

// A Status is how one check went. The zero Status is not a pass.
type Status string

const (
	NotRun Status = ""
	Pass   Status = "pass"
	Fail   Status = "fail"
)

// A Check is one question and its answer. ID, Code and Near are stable.
type Check struct {
	ID      string  `json:"id"`
	Status  Status  `json:"status"`
	Code    string  `json:"code,omitempty"`   // of a failure
	Want    string  `json:"want,omitempty"`   // what the policy or the standard demands
	Got     string  `json:"got,omitempty"`    // what the token has
	Detail  string  `json:"detail,omitempty"` // the same for people
	Near    string  `json:"near,omitempty"`   // what would have passed: a near miss
	Outcome Outcome `json:"-"`
}

// An Unchecked is a question that nobody asked, and why.
type Unchecked struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

// A Warning is a fact that lets a token pass, unless the policy is strict.
type Warning struct {
	ID     string `json:"id"`
	Detail string `json:"detail"`
}

// A Trial is what became of one key of the set.
type Trial struct {
	Key     key.Key
	Skipped string // why it was not tried: a predicate; empty if it was
	Matched bool
}

// A Result is all that was asked about a token and all the answers. The zero
// Result is not valid.
type Result struct {
	Checks     []Check
	NotChecked []Unchecked
	Warnings   []Warning
	Trials     []Trial
}

// Key is the key whose signature the token carries.
func (r Result) Key() (key.Key, bool) {
	for _, t := range r.Trials {
		if t.Matched {
			return t.Key, true
		}
	}
	return key.Key{}, false
}

// Verified reports whether the signature is good: if not, every other answer is
// about what somebody wrote, not about what the issuer signed.
func (r Result) Verified() bool { return r.status("signature") == Pass }

func (r Result) status(id string) Status {
	for _, c := range r.Checks {
		if c.ID == id {
			return c.Status
		}
	}
	return NotRun
}

// Outcome is the answer: text, JSON and exit code are all read off it.
func (r Result) Outcome() Outcome {
	for _, outcome := range precedence {
		for _, c := range r.Checks {
			if c.Status == Fail && c.Outcome == outcome {
				return outcome
			}
		}
	}
	for _, c := range r.Checks {
		if c.Status != Pass { // a failure without an outcome, or a check that was left unrun
			return None
		}
	}
	if !r.Verified() {
		return None
	}
	return Valid
}

// Unreadable is the result for a token that [token.Parse] refuses.
func Unreadable(err *token.ParseError) Result {
	return Result{Checks: []Check{{
		ID: "format", Status: Fail, Code: string(err.Reason), Detail: err.Error(), Outcome: Malformed,
	}}}
}

// A judgement is a verification under way.
type judgement struct {
	*Result
	token  *token.Token
	keys   key.Set
	policy Policy
}

// steps is every check in its order, and the one place to add another. Each adds
// to the result what it has to say: one check, or none where nothing was asked.
var steps = []func(*judgement){
	checkHeader, checkEmbedded, checkAlg, checkCritical, checkIgnored, checkKey, checkCertificate, // signature.go, proof.go, certificate.go
	checkType, checkIssuer, checkAudience, checkParty, checkSubject, checkID, // claims.go
	checkRequired, checkOneOf, checkForbidden, checkClaims, checkScopes,
	checkMethod, checkURI, checkAccessToken, // proof.go
	checkIssuedAt, checkAge, checkNotBefore, checkExpiry, checkTTL, // times.go
}

// Token judges t, as read by [token.Parse] (or [token.ParseRaw] for a policy with
// RawPayload). It runs all checks, whatever fails. It returns no error: what it
// cannot check is a failed check.
func Token(t *token.Token, keys key.Set, p Policy) Result {
	j := judgement{Result: &Result{}, token: t, keys: keys, policy: p}
	if p.RawPayload {
		j.unchecked("claims", "the payload was not read as claims")
	}
	for _, step := range steps {
		step(&j)
	}
	return *j.Result
}

func (j *judgement) pass(id, got, detail string) {
	j.Checks = append(j.Checks, Check{ID: id, Status: Pass, Got: got, Detail: detail})
}

func (j *judgement) fail(c Check) {
	c.Status = Fail
	j.Checks = append(j.Checks, c)
}

func (j *judgement) unchecked(id, format string, args ...any) {
	j.NotChecked = append(j.NotChecked, Unchecked{id, fmt.Sprintf(format, args...)})
}

// warn notes a weakness, or fails with the outcome that a strict policy gives it.
func (j *judgement) warn(id string, strict Outcome, format string, args ...any) {
	detail := fmt.Sprintf(format, args...)
	if j.policy.Strict {
		j.fail(Check{ID: id, Code: id, Detail: detail, Outcome: strict})
		return
	}
	j.Warnings = append(j.Warnings, Warning{id, detail})
}

// maxShown is how much of a value is shown, in bytes. A number may have a million
// digits.
const maxShown = 400

// show is a claim's value for people: a string bare, anything else as JSON.
func show(value json.RawMessage) string {
	if text, ok := strict.Text(value); ok {
		return cmp.Or(cut(text), `""`)
	}
	return cut(string(value))
}

// shown is a claim's value as JSON, where its type is what matters.
func shown(value json.RawMessage) string { return cut(string(value)) }

func cut(text string) string {
	if len(text) > maxShown {
		return strings.ToValidUTF8(text[:maxShown], "") + "…"
	}
	return text
}
