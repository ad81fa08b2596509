package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What testdata/lab says of its deployments. The lab runs them; what it has recorded is
// counted without a server.

const (
	labDir  = "../testdata/lab"
	labWire = "../testdata/wire"
)

// labTokens are the five things that each URL is probed with.
var labTokens = []string{"none", "good", "badly-signed", "expired", "wrong-scheme"}

// A labDeployment is a deployment.json.
type labDeployment struct {
	name string // of its folder

	Title       string      `json:"title"`
	Servers     []labServer `json:"servers"` // in the order of their start; the last one is asked
	URL         string      `json:"url"`     // where it is asked, if not at http://127.0.0.1:${PORT}
	Scheme      string      `json:"scheme"`  // that the application takes
	WrongScheme string      `json:"wrong_scheme"`
	Alg         string      `json:"alg"`    // of its tokens, if not HS256
	Claims      []string    `json:"claims"` // that it wants, as sign takes them
	Sees        labSees     `json:"sees"`
	HeldOut     bool        `json:"held_out"`   // nobody who made the rules has seen it
	TrueCause   string      `json:"true_cause"` // of a held-out one that strips: the id of a cause, whether the knowledge has it or not
	Guarded     bool        `json:"guarded"`    // something in front lets nobody through who has no good token
	Login       *labLogin   `json:"login"`      // where the application gives tokens to its users, if it does
	Cases       []labCase   `json:"cases"`
}

// labSees is what becomes of the header: the truth that a verdict is held to.
type labSees string

// What the application sees: nothing, what was sent, something else; or it is not
// even asked.
const (
	labNothing = iota
	labSent
	labOther
	labUnasked
)

// labTruths is what the application sees when there is no header, and when there is
// one.
var labTruths = map[labSees]struct{ without, with int }{
	"yes":      {labNothing, labSent},
	"no":       {labNothing, labNothing},
	"unasked":  {labUnasked, labUnasked},
	"refused":  {labNothing, labUnasked}, // something in front takes offence at it
	"replaced": {labNothing, labOther},
	"filled":   {labOther, labSent},
	"planted":  {labOther, labOther}, // whatever is sent
}

type labServer struct {
	Run   string   `json:"run"`   // a key of labPrograms
	Venv  string   `json:"venv"`  // its packages, by the name of their requirements or their folder
	App   string   `json:"app"`   // the module or program, for those that are told
	As    string   `json:"as"`    // a name for its port, for those that start later
	Needs []string `json:"needs"` // files that must be there too, as patterns
}

type labCase struct {
	URL    string             `json:"url"` // if not the deployment's
	Path   string             `json:"path"`
	Opaque string             `json:"opaque"` // whose port it is that answers the same to everything that it refuses
	Flags  []string           `json:"flags"`  // of the probe, beside the usual ones
	Proto  string             `json:"proto"`  // that all answers come by; HTTP/1.1 is asked for
	Expect map[string]labWant `json:"expect"` // by token, or for "every" other one
}

// A labLogin is where a user of the application gets a token.
type labLogin struct {
	Path     string `json:"path"`
	User     string `json:"user"`
	Password string `json:"password"` // a test value
}

// A labWant is what the probe must say. What is empty is not compared, but for
// the cause: without one, nothing may be accused.
type labWant struct {
	Verdict  string   `json:"verdict"`
	Verdicts []string `json:"verdicts"` // of a held-out deployment, alone: all that are true
	Exit     int      `json:"exit"`
	Claim    string   `json:"claim"`
	Cause    string   `json:"cause"`      // in the first group
	Rank     int      `json:"rank"`       // or no later than in this one
	Deep     string   `json:"deep_cause"` // the same for all experiments, if they tell more
	Fix      string   `json:"fix"`        // a line that mends it
	Reason   string   `json:"reason"`     // for being undetermined
	Next     string   `json:"next"`       // a step that is advised
	NextURL  string   `json:"next_url"`
}

// rank is the last group of suspects in which the cause may be.
func (w labWant) rank() int { return max(w.Rank, 1) }

// labDeployments are all that the lab runs.
func labDeployments(t *testing.T) []*labDeployment {
	files, err := filepath.Glob(filepath.Join(labDir, "*", "deployment.json"))
	if err != nil {
		t.Fatal(err)
	}
	deployments := make([]*labDeployment, len(files))
	for i, file := range files {
		deployments[i] = labLoad(t, file)
	}
	return deployments
}

func labLoad(t *testing.T, file string) *labDeployment {
	d := &labDeployment{name: filepath.Base(filepath.Dir(file))}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(d); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if _, known := labTruths[d.Sees]; !known || len(d.Servers) == 0 || len(d.Cases) == 0 {
		t.Fatalf("%s: no servers, no cases, or it does not say what the application sees", file)
	}
	for _, c := range d.Cases {
		for _, token := range labTokens {
			want := c.want(token)
			if d.HeldOut && (len(want.Verdicts) == 0 || !reflect.DeepEqual(want, labWant{Verdicts: want.Verdicts})) ||
				!d.HeldOut && (want.Verdict == "" || want.Verdicts != nil) {
				t.Fatalf("%s: %s, %s: held out, it has verdicts that are true and nothing else; otherwise the one to come to", file, c.Path, token)
			}
			if d.HeldOut && (d.TrueCause != "") != want.holds("stripped") {
				t.Fatalf("%s: a true cause is of what strips", file)
			}
		}
	}
	return d
}

// log is where the lab keeps what was said to a probe with a token.
func (d *labDeployment) log(c labCase, token string) string {
	name := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(c.URL+c.Path), "-"), "-")
	if strings.HasSuffix(c.Path, "/") {
		name += "-slash" // another URL than the one without
	}
	return filepath.Join(labWire, d.name, name+"."+token+".json")
}

// want is what is expected for a token.
func (c labCase) want(token string) labWant {
	if want, ok := c.Expect[token]; ok {
		return want
	}
	return c.Expect["every"]
}

// holds is whether a verdict is true.
func (w labWant) holds(verdict string) bool {
	return verdict == w.Verdict || slices.Contains(w.Verdicts, verdict)
}
