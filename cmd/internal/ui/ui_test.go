package ui

import "testing"

func TestColour(t *testing.T) {
	for _, test := range []struct {
		when     When
		env      map[string]string
		terminal bool
		want     bool
	}{
		{terminal: true, want: true},
		{terminal: false, want: false},

		{when: Always, env: map[string]string{"NO_COLOR": "1", "TERM": "dumb"}, want: true},
		{when: Never, env: map[string]string{"CLICOLOR_FORCE": "1"}, terminal: true, want: false},

		{env: map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1", "FORCE_COLOR": "1"}, terminal: true, want: false},
		{env: map[string]string{"NO_COLOR": "0"}, terminal: true, want: false},
		{env: map[string]string{"NO_COLOR": ""}, terminal: true, want: true},

		{env: map[string]string{"CLICOLOR_FORCE": "1", "CLICOLOR": "0", "TERM": "dumb"}, want: true},
		{env: map[string]string{"FORCE_COLOR": "3", "CLICOLOR": "0", "TERM": "dumb"}, want: true},
		{env: map[string]string{"CLICOLOR_FORCE": "0", "FORCE_COLOR": "true"}, want: true},
		{env: map[string]string{"CLICOLOR_FORCE": "0", "FORCE_COLOR": "0"}, want: false},
		{env: map[string]string{"FORCE_COLOR": "0"}, terminal: true, want: true},

		{env: map[string]string{"CLICOLOR": "0", "TERM": "xterm"}, terminal: true, want: false},
		{env: map[string]string{"CLICOLOR": "1"}, terminal: true, want: true},
		{env: map[string]string{"CLICOLOR": "1"}, terminal: false, want: false},
		{env: map[string]string{"TERM": "dumb"}, terminal: true, want: false},
		{env: map[string]string{"TERM": "xterm-256color"}, terminal: false, want: false},
	} {
		getenv := func(name string) string { return test.env[name] }
		if got := Colour(test.when, getenv, test.terminal); got != test.want {
			t.Errorf("Colour(%v, %v, terminal %v) = %v", test.when, test.env, test.terminal, got)
		}
	}
}

func TestWhen(t *testing.T) {
	var w When
	if w != Auto {
		t.Errorf("the zero value is %v", w)
	}
	for _, name := range []string{"always", "never", "auto"} {
		if err := w.Set(name); err != nil || w.String() != name {
			t.Errorf("Set(%q): %v, %v", name, w, err)
		}
	}
	for _, name := range []string{"", "yes", "Always", "always "} {
		if err := w.Set(name); err == nil || w != Auto {
			t.Errorf("Set(%q): %v, %v", name, w, err)
		}
	}
}
