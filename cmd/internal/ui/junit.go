package ui

import (
	"bytes"
	"fmt"
	"html"
	"strings"
)

// A TestCase is one row of a JUnit report. It passed unless it has a Kind.
type TestCase struct {
	Name    string
	Kind    string   // what came of it, in one word
	Details []string // what was wrong, a line each
	Broken  bool     // there is no answer: an error, not a failure
}

// JUnit is a report in the XML of JUnit, as CI systems read it: the elements that every
// reader of such reports knows, for there is no standard. Its texts are escaped by
// Escape first, which leaves no character that XML forbids (XML 1.0, section 2.2): even
// a character reference could not say those. It is written by hand: encoding/xml
// would be half a percent of the binary.
func JUnit(suite string, cases []TestCase) []byte {
	var rows bytes.Buffer
	failures, errors := 0, 0
	for _, c := range cases {
		fmt.Fprintf(&rows, `    <testcase classname="%s" name="%s">`, xmlText(suite), xmlText(c.Name))
		if c.Kind != "" {
			element, count := "failure", &failures
			if c.Broken {
				element, count = "error", &errors
			}
			*count++
			lines := make([]string, len(c.Details))
			for i, detail := range c.Details {
				lines[i] = xmlText(detail)
			}
			fmt.Fprintf(&rows, "\n      <%s type=\"%s\" message=\"%s\">%s</%[1]s>\n    ",
				element, xmlText(c.Kind), strings.Join(lines, "; "), strings.Join(lines, "&#xA;"))
		}
		rows.WriteString("</testcase>\n")
	}
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="%s" tests="%d" failures="%d" errors="%d">
%s  </testsuite>
</testsuites>
`, xmlText(suite), len(cases), failures, errors, rows.Bytes())
}

// xmlText is a text as XML says it, in an element and in an attribute.
func xmlText(s string) string { return html.EscapeString(Escape(s)) }
