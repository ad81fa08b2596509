package cmd

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/sign"
)

// allVariants is the name of them all.
const allVariants = "all"

func variantNames() []string {
	var names []string
	for _, v := range sign.Variants() {
		names = append(names, v.Name)
	}
	return append(names, allVariants)
}

// A variantJSON is jwt.variant/v1: a token, and what has to become of it.
type variantJSON struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Refuse bool   `json:"refuse"`        // false for the good one alone
	Why    string `json:"why,omitempty"` // to be refused: a predicate
	Token  string `json:"token"`
}

// signVariants shows the variant of this name, or all of them after the good token.
func (a *app) signVariants(name, good string, draft sign.Draft, notes []string) error {
	rows := []variantJSON{{"jwt.variant/v1", "good", false, "", good}}
	for _, v := range sign.Variants() {
		if name != v.Name && name != allVariants {
			continue
		}
		if _, expires := draft.Claims.Get("exp"); v.Name == "no-exp" && !expires && name == allVariants {
			notes = append(notes, "no-exp is left out: the good token has no exp either (--exp 1h)")
			continue
		}
		made, err := v.Make(draft)
		switch {
		case errors.Is(err, sign.ErrNoVariant) && name == allVariants:
			notes = append(notes, fmt.Sprintf("%s is left out: %s", v.Name, err))
			continue
		case errors.Is(err, sign.ErrNoVariant):
			return &usageError{fmt.Sprintf("--variant %s: %s", v.Name, err), "it is made with --key"}
		case err != nil:
			return err
		}
		rows = append(rows, variantJSON{"jwt.variant/v1", v.Name, true, v.Why, made})
	}
	if name != allVariants {
		row := rows[1]
		notes = append(notes, fmt.Sprintf("to be refused: this token %s", row.Why))
		return a.show(answer{exit: exitOK, notes: notes, made: true, json: row, text: func(p *ui.Page) { p.Line("%s", row.Token) }})
	}
	for i, row := range rows {
		line, err := json.Marshal(row)
		if err != nil {
			return err
		}
		ans := answer{exit: exitOK, json: row, bare: append(line, '\n')}
		if i == 0 {
			ans.notes = notes
		}
		if err := a.show(ans); err != nil {
			return err
		}
	}
	return nil
}
