package ui

import "strings"

// Level is how loudly a finding is reported. The zero Level is the loudest:
// nothing is harmless until something said so.
type Level int

const (
	Error Level = iota
	Warning
	Notice
)

// commands are the GitHub workflow commands that annotate a run.
var commands = [...]string{Error: "error", Warning: "warning", Notice: "notice"}

// Annotation is the line that makes GitHub Actions show a text with the run, as
// an error, a warning or a notice.
//
// Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
func Annotation(l Level, title, text string) string {
	return "::" + commands[l] + " title=" + GitHubProperty(title) + "::" + GitHubData(text) + "\n"
}

// GitHubData escapes the text of a GitHub workflow command (::error::TEXT).
// Escape has already spelt out CR and LF, so the percent sign is what is left.
//
// Source: the tables in src/Runner.Common/ActionCommand.cs of actions/runner.
func GitHubData(s string) string {
	return strings.ReplaceAll(Escape(s), "%", "%25")
}

// GitHubProperty escapes the value of a property of a GitHub workflow command
// (::error title=VALUE::).
func GitHubProperty(s string) string {
	return strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C").Replace(Escape(s))
}
