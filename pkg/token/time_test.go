package token_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/token"
)

// TestE1NumericDate: each value is a time or an error, and never "no limit".
func TestE1NumericDate(t *testing.T) {
	epoch := time.Unix(0, 0)
	for value, want := range map[string]time.Time{
		"0":                  epoch, // golang-jwt 5.3.1 and jwx 2 take these four for "never"
		"-0":                 epoch,
		"0.0":                epoch,
		"1e-400":             epoch,
		"1":                  time.Unix(1, 0),
		"0.5":                time.UnixMilli(500),
		"1300819380":         time.Date(2011, 3, 22, 18, 43, 0, 0, time.UTC), // RFC 7519 §3.1
		"1300819380.0":       time.Unix(1300819380, 0),
		"1.30081938e9":       time.Unix(1300819380, 0),
		"13008193800e-1":     time.Unix(1300819380, 0),
		"1700000000.1":       time.UnixMilli(1700000000100), // not .099999
		"1700000000.25":      time.UnixMilli(1700000000250),
		"1700000000.123456":  time.UnixMicro(1700000000123456),
		"1700000000.9999999": time.Unix(1700000001, 0),
		"2147483648":         time.Unix(1<<31, 0), // 2038
		"253402300799":       time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		"2.53402300799e11":   time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	} {
		got, err := token.NumericDate(json.RawMessage(value))
		if err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%s is %v, %v; want %v", value, got, err, want.UTC())
		}
	}
	for value, want := range map[string]error{
		"-1":                   token.ErrDateRange,
		"-0.5":                 token.ErrDateRange,
		"-1e400":               token.ErrDateRange,
		"253402300800":         token.ErrDateRange,
		"1e19":                 token.ErrDateRange, // int64 wraps
		"1e30":                 token.ErrDateRange,
		"1e308":                token.ErrDateRange,
		"1e400":                token.ErrDateRange, // infinite as float64
		"9223372036854775807":  token.ErrDateRange,
		"9223372036854775808":  token.ErrDateRange,
		"18446744073709551616": token.ErrDateRange,
		"-9223372036854775808": token.ErrDateRange,
		"1700000000000":        token.ErrDateMillis,
		"1700000000000.5":      token.ErrDateMillis,
		"1700000000000000":     token.ErrDateRange, // microseconds

		`null`:                   token.ErrNotNumber,
		`true`:                   token.ErrNotNumber,
		`""`:                     token.ErrNotNumber,
		`"1"`:                    token.ErrNotNumber,
		`"1300819380"`:           token.ErrNotNumber,
		`"2011-03-22T18:43:00Z"`: token.ErrNotNumber,
		`"never"`:                token.ErrNotNumber,
		`[]`:                     token.ErrNotNumber,
		`[1300819380]`:           token.ErrNotNumber,
		`{}`:                     token.ErrNotNumber,
		``:                       token.ErrNotNumber,
	} {
		if got, err := token.NumericDate(json.RawMessage(value)); !errors.Is(err, want) || !got.IsZero() {
			t.Errorf("%s is %v, %v; want %v", value, got, err, want)
		}
	}
}
