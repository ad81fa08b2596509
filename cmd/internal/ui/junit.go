package ui

import (
	"encoding/xml"
	"strings"
)

// A TestCase is one row of a JUnit report. It passed unless it has a Kind.
type TestCase struct {
	Name    string
	Kind    string   // what came of it, in one word
	Details []string // what was wrong, a line each
	Broken  bool     // there is no answer: an error, not a failure
}

// The elements that every reader of such reports knows. There is no standard.
type (
	junitReport struct {
		XMLName xml.Name   `xml:"testsuites"`
		Suite   junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Suite   string      `xml:"classname,attr"`
		Name    string      `xml:"name,attr"`
		Failure *junitFault `xml:"failure"`
		Error   *junitFault `xml:"error"`
	}
	junitFault struct {
		Kind    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit is a report in the XML of JUnit, as CI systems read it. Its texts are
// escaped by Escape first, which leaves no character that XML forbids (XML 1.0,
// section 2.2): even a character reference could not say those.
func JUnit(suite string, cases []TestCase) []byte {
	s := junitSuite{Name: Escape(suite), Tests: len(cases)}
	for _, c := range cases {
		row := junitCase{Suite: s.Name, Name: Escape(c.Name)}
		if c.Kind != "" {
			lines := make([]string, len(c.Details))
			for i, detail := range c.Details {
				lines[i] = Escape(detail)
			}
			fault := &junitFault{Escape(c.Kind), strings.Join(lines, "; "), strings.Join(lines, "\n")}
			if c.Broken {
				row.Error = fault
				s.Errors++
			} else {
				row.Failure = fault
				s.Failures++
			}
		}
		s.Cases = append(s.Cases, row)
	}
	text, err := xml.MarshalIndent(junitReport{Suite: s}, "", "  ")
	if err != nil {
		panic(err) // strings and numbers: cannot fail
	}
	return append([]byte(xml.Header), append(text, '\n')...)
}
