package ui

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// A Report is an answer to be read later, or by somebody who was not there: what
// came of it, where, what to do about it, and what that rests on. Each of its texts
// may be a stranger's. The writers redact, cut and escape all of them, in this
// order: what an encoding or a cut changes would not be found as a secret.
type Report struct {
	Title   string // of what made it: "jwt probe"
	About   string // what it is about: a URL
	When    string
	Mark    Mark
	Verdict string   // in one word
	Words   string   // and in a sentence
	Remarks []string // a sentence each

	Path      []Station
	PathWords string // what the path shows, in a sentence
	Redirects []string

	Likely     string // how sure it is that Causes are behind it
	Causes     []Cause
	AlsoCauses []Cause // that fit less well
	Steps      []string

	Tests     []Test
	NotIt     []Item // what looks like a cause and is none
	Elsewhere []Places

	Facts []Item // of the run
	Maker string // program and version
}

// A Station is a place that something passes on its way. Good: it got this far; Bad:
// it did not; Unsure: nobody can tell.
type Station struct {
	Name  string
	Says  string // what it calls itself
	Mark  Mark
	State string // the same in words
	Lost  string // what became of it on the way to here, if it did not come
}

// A Cause is what may be behind an answer, and what mends it.
type Cause struct {
	ID, Title         string
	Fix               []string // lines
	Where, Check, Why string
	Source            []string
}

// A Test is something that was asked and what came back.
type Test struct{ Name, Asks, Status, Says, Quote string }

// A Place is an address with what came of it.
type Place struct {
	Address string
	Mark    Mark
	Verdict string
	Reason  string
}

// Places are several of them, and what they say together.
type Places struct {
	Words string
	List  []Place
}

// An Item is a text with a name.
type Item struct{ Name, Text string }

const (
	// maxText is how much of one text is shown, in characters. Server fields and
	// challenges are as long as a server likes.
	maxText = 1000

	// maxName is how much of a text is shown that others must not be lost behind.
	maxName = 100

	// maxRows is how much of one list is shown. A saved log is as long as its maker
	// likes.
	maxRows = 100
)

// A reporter makes texts safe, but for what its format needs besides.
type reporter struct{ secrets *Secrets }

func (r reporter) plain(text string) string { return r.cut(text, maxText) }

func (r reporter) cut(text string, most int) string {
	text = r.secrets.Redact(text)
	if len(text) > most { // in bytes: never less than in characters
		if more := utf8.RuneCountInString(text) - most; more > 0 {
			text = fmt.Sprintf("%s… (%d characters more)", string([]rune(text)[:most]), more)
		}
	}
	return Escape(text)
}

// capped is a list as far as it is shown, with a last element that says how much is not.
func capped[T any](list []T, last func(words string) T) []T {
	if more := len(list) - maxRows; more > 0 {
		return append(list[:maxRows:maxRows], last(fmt.Sprintf("and %d more", more)))
	}
	return list
}

// capped is the report as far as it is shown.
func (r Report) capped() Report {
	asItem := func(words string) Item { return Item{Name: words} }
	asText := func(words string) string { return words }
	asCause := func(words string) Cause { return Cause{Title: words} }
	r.Remarks, r.Redirects, r.Steps = capped(r.Remarks, asText), capped(r.Redirects, asText), capped(r.Steps, asText)
	r.Path = capped(r.Path, func(words string) Station { return Station{Name: words} })
	r.Causes, r.AlsoCauses = capped(r.Causes, asCause), capped(r.AlsoCauses, asCause)
	r.Tests = capped(r.Tests, func(words string) Test { return Test{Name: words} })
	r.Elsewhere = slices.Clone(r.Elsewhere)
	for i, places := range r.Elsewhere {
		r.Elsewhere[i].List = capped(places.List, func(words string) Place { return Place{Address: words} })
	}
	r.NotIt, r.Facts = capped(r.NotIt, asItem), capped(r.Facts, asItem)
	return r
}

// pathLegend says what the signs of a path mean.
var pathLegend = [...]string{
	Good:   "it got this far",
	Bad:    "it did not",
	Unsure: "nobody can tell from outside",
}

// The headings of a report, in its order.
const (
	headPath   = "Where the header got to"
	headWay    = "Redirects"
	headFix    = "What to do"
	headAlso   = "Also possible"
	headMore   = "To learn more"
	headTests  = "What this rests on"
	headNotIt  = "What it is not"
	headPlaces = "The same at other addresses"
	headFacts  = "This run"
)
