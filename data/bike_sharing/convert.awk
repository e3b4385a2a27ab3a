# hour.csv of the Bike Sharing Dataset -> hourly.csv
# gunzip -c hour.csv.gz | awk -f convert.awk > hourly.csv
# Keeps the second year and adds the counts one hour, one day and one week before; hours for which
# one of the three is missing in the source are left out. Hours are counted through the days in the
# order in which they appear, because the source has every day.
BEGIN {
  FS = ","
  print "hour,workingday,weathersit,temp,hum,windspeed,cnt_hour_before,cnt_day_before,cnt_week_before,cnt"
}
NR == 1 { next }
{ sub(/\r$/, "") }
{
  if ($2 != day) { day = $2; ++days }
  hour = 24 * days + $6
  count[hour] = $17
  known = (hour - 1) in count && (hour - 24) in count && (hour - 168) in count
  if ($4 == 1 && known)
    print $6 "," $9 "," $10 "," $11 "," $13 "," $14 "," count[hour - 1] "," count[hour - 24] "," count[hour - 168] "," $17
}
