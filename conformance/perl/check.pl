#!/usr/bin/env perl
# The structural cases in Perl's JSON::Validator.
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use JSON::Validator;
use Mojo::File qw(path);
use Mojo::JSON qw(decode_json);

binmode STDERR, ':encoding(UTF-8)';
my $root = path(dirname(abs_path(__FILE__)), '..', '..');
my @cases = map { decode_json($_) } grep { length } split /\n/, $root->child('fixtures/structural.jsonl')->slurp;

my %validators;
sub validator {
    my ($draft, $schema, $env) = @_;
    my $folder = $env eq 'development' ? 'development/' : '';
    my $file   = "schemas/$folder$draft$schema.schema.json";
    return $validators{$file} //= JSON::Validator->new->schema(decode_json($root->child($file)->slurp))->schema;
}

my ($passed, $failed) = (0, 0);
for my $draft ('', 'draft-07/') {
    for my $case (@cases) {
        my @errors = validator($draft, $case->{schema}, $case->{env})->validate($case->{document});
        if (!@errors == !!$case->{valid}) {
            $passed++;
        }
        else {
            $failed++;
            my $should = $case->{valid} ? 'valid' : 'refused';
            print STDERR "$draft$case->{schema} ($case->{env}): $case->{name} should be $should\n";
        }
    }
}
print "$passed passed, $failed failed\n";
exit($passed && !$failed ? 0 : 1);
